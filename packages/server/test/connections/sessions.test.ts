import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { failure, makeRoom, say, signUp } from "../contract/people.ts"
import { overWebSocket } from "../contract/transports.ts"
import { embedded, temporaryDirectory } from "../support/databases.ts"
import { address, node } from "../support/node.ts"
import { failureOf, open, request } from "./raw.ts"

const setUp = overWebSocket.pipe(Layer.provideMerge(node(embedded)))

const sync = (token: string) => request("sync", "Sync", { cursors: [] }, token)

/** Follows, acknowledging, until something of this tag has come. */
const followUntil = Effect.fnUntraced(function* (
  { send, next }: Effect.Success<ReturnType<typeof open>>,
  isWanted: (item: { readonly _tag: string }) => boolean,
) {
  while (true) {
    const message = yield* next
    if (message._tag !== "Chunk") return yield* Effect.die(new Error(JSON.stringify(message)))
    send({ _tag: "Ack", requestId: message.requestId })
    // What stands in a chunk of a `Sync` has a tag.
    if ((message.values as ReadonlyArray<{ readonly _tag: string }>).some(isWanted)) return
  }
})

it.live("a session that ends takes its connections with it, and its Sync at once", () =>
  Effect.gen(function* () {
    const ann = yield* signUp()
    const bob = yield* signUp()
    const { conversation } = yield* makeRoom(bob)
    const url = `ws://${yield* address}/rpc`
    const following = yield* open(url)
    const other = yield* open(url)
    for (const [raw, { tokens }] of [
      [following, ann],
      [other, bob],
    ] as const) {
      raw.send(sync(tokens.accessToken))
      yield* followUntil(raw, ({ _tag }) => _tag === "CaughtUp")
    }
    yield* ann.call.LogOut()
    let last = yield* following.next
    while (last._tag === "Chunk") {
      following.send({ _tag: "Ack", requestId: last.requestId })
      last = yield* following.next
    }
    assert.strictEqual(failureOf(last), "Unauthenticated")
    assert.strictEqual((yield* following.closed).code, 4001)
    yield* say(bob, conversation)
    yield* followUntil(other, (item) => JSON.stringify(item).includes("MessagePosted"))
  }).pipe(Effect.provide(setUp), Effect.scoped),
)

it.effect("a running Sync outlives its access token", () =>
  Effect.gen(function* () {
    const bob = yield* signUp()
    const { conversation } = yield* makeRoom(bob)
    const items = yield* bob.call.Sync({ cursors: [] }, { asQueue: true })
    while ((yield* Queue.take(items))._tag !== "CaughtUp");
    yield* TestClock.adjust("16 minutes")
    assert.strictEqual((yield* failure(bob.call.Me(), "Unauthenticated")).reason, "expired")
    const { accessToken } = yield* bob.call.Refresh({ refreshToken: bob.tokens.refreshToken })
    bob.connection.token = accessToken
    yield* say(bob, conversation)
    while (true) {
      const item = yield* Queue.take(items)
      if (item._tag === "Event" && item.event.type === "MessagePosted") return
    }
  }).pipe(Effect.provide(setUp)),
)

const tenLines = /## Ten lines[^]*?```js\n([^]*?)```/.exec(
  readFileSync(join(import.meta.dirname, "../../../../docs/protocol.md"), "utf8"),
)?.[1]

it.live("the client of ten lines in the documentation follows everything", () =>
  Effect.gen(function* () {
    const ann = yield* signUp()
    const { conversation } = yield* makeRoom(ann)
    const program = join(yield* temporaryDirectory, "follow.mjs")
    writeFileSync(program, String(tenLines))
    const printed = yield* Queue.unbounded<string>()
    const child = yield* Effect.acquireRelease(
      Effect.map(address, (where) => spawn(process.execPath, [program, `http://${where}`, ann.tokens.accessToken])),
      (child) => Effect.sync(() => child.kill("SIGKILL")),
    )
    createInterface(child.stdout).on("line", (line) => Queue.offerUnsafe(printed, line))
    while (JSON.parse(yield* Queue.take(printed))._tag !== "CaughtUp");
    // More than one chunk, so that the acknowledgements count.
    for (const text of ["one", "two", "three"]) {
      yield* say(ann, conversation, text)
      const item = JSON.parse(yield* Queue.take(printed))
      assert.strictEqual(item.event.data.message.body, text)
    }
  }).pipe(Effect.provide(setUp), Effect.scoped),
)
