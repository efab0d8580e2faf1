import { conversationLog } from "@chat/domain/Ids"
import { assert, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as IpNetwork from "effect/net/IpNetwork"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { metersTable } from "../../src/meters/Meters.ts"
import { open } from "../connections/raw.ts"
import { commandId, failure, follow, isCaughtUp, makeRoom, say, signUp } from "../contract/people.ts"
import { overWebSocket } from "../contract/transports.ts"
import { takeUntil } from "../support/core.ts"
import { embedded } from "../support/databases.ts"
import { address, node, rates } from "../support/node.ts"

const page = readFileSync(join(import.meta.dirname, "../../../../docs/operations.md"), "utf8")

const scrape = Effect.fnUntraced(function* (headers: Record<string, string> = {}) {
  const url = `http://${yield* address}/metrics`
  return yield* Effect.promise(async () => {
    const response = await fetch(url, { headers })
    return { status: response.status, text: await response.text() }
  })
})

/** What a series says, such as `chat_connections` or `chat_calls_total{rpc="Me",outcome="ok"}`. */
const valueOf = (text: string, series: string): number =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  )

it("are documented as the code has them", () => {
  assert.include(page.split("<!-- metrics -->")[1], metersTable())
})

const limited = { ...rates, messagesPerSecond: 0.001, messagesBurst: 2 }

layer(overWebSocket.pipe(Layer.provideMerge(node(embedded, { rates: limited, connections: 4 }))), {
  excludeTestServices: true,
})("Metrics", (it) => {
  it.effect("count what happens, under the names of the documentation", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* makeRoom(ann)
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      const { items } = yield* follow(bob, { only: [conversationLog(conversation)], cursors: [] })
      yield* takeUntil(items, isCaughtUp)
      const { seq } = yield* say(ann, conversation)
      yield* takeUntil(items, (item) => item._tag === "Event" && item.event.seq === seq)
      yield* say(ann, conversation)
      yield* failure(say(ann, conversation), "RateLimited")
      yield* open(`ws://${yield* address}/rpc`)
      const refused = yield* Effect.flip(
        Effect.andThen(open(`ws://${yield* address}/rpc`), open(`ws://${yield* address}/rpc`)),
      )
      assert.strictEqual(refused.status, 503)

      const { text } = yield* scrape()
      const expected = {
        chat_connections: 4,
        chat_connections_opened_total: 4,
        'chat_upgrades_refused_total{status="503"}': 1,
        chat_syncs: 1,
        'chat_calls_total{rpc="PostMessage",outcome="ok"}': 2,
        'chat_calls_total{rpc="PostMessage",outcome="RateLimited"}': 1,
        'chat_call_duration_seconds_count{rpc="SignUp"}': 2,
        'chat_rate_limited_total{limit="messages"}': 1,
        'chat_snapshots_total{reason="new"}': 1,
        chat_post_batch_posts_sum: 2,
        chat_sync_queue_items: 0,
      }
      for (const [series, value] of Object.entries(expected)) {
        assert.strictEqual(valueOf(text, series), value, `${series} in\n${text}`)
      }
      // Running, the `Sync` is in flight.
      assert.isAtLeast(valueOf(text, "chat_calls_in_flight"), 1)
      assert.isAtLeast(valueOf(text, "chat_sync_items_sent_total"), 2)
      assert.isAbove(valueOf(text, "process_resident_memory_bytes"), 1e7)
      const printed = [...text.matchAll(/^# TYPE (?<name>\w+)/gmu)].map(({ groups }) => groups?.["name"])
      for (const name of printed) assert.include(page, `| \`${name}\` |`)
      assert.notInclude(text, ann.account.username)
    }),
  )

  it.effect("are for this machine", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* scrape()).status, 200)
      // Somebody far away, through a proxy on this machine that the configuration does not know.
      assert.strictEqual((yield* scrape({ "x-forwarded-for": "127.0.0.1" })).status, 403)
      assert.strictEqual((yield* scrape({ forwarded: "for=127.0.0.1" })).status, 403)
    }),
  )
})

const token = "0123456789abcdef"

layer(
  node(embedded, { metricsToken: Redacted.make(token), trustedProxies: [IpNetwork.fromStringUnsafe("127.0.0.1/32")] }),
  { excludeTestServices: true },
)("Metrics with a token", (it) => {
  it.effect("are for whoever has it, from wherever", () =>
    Effect.gen(function* () {
      const authorization = `Bearer ${token}`
      assert.strictEqual((yield* scrape({ authorization, "x-forwarded-for": "192.0.2.1" })).status, 200)
      assert.strictEqual((yield* scrape()).status, 401)
      assert.strictEqual((yield* scrape({ authorization: `${authorization}0` })).status, 401)
    }),
  )
})
