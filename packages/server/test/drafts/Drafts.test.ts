import { defaultLimits } from "@chat/domain/Limits"
import { Body } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { again, commandId, failure, follow, isCaughtUp, makeRoom, password, say, signUp } from "../contract/people.ts"
import { inMemory } from "../contract/transports.ts"
import { Delivery } from "../../src/delivery/Delivery.ts"
import { Database } from "../../src/storage/Database.ts"
import { takeUntil } from "../support/core.ts"
import { embedded } from "../support/databases.ts"
import { handlers } from "../support/node.ts"

const limits = { ...defaultLimits, drafts: 2 }
const calls = inMemory.pipe(Layer.provideMerge(handlers(embedded, { limits })))
const hello = Body.make("hello, I")

it.effect("drafts have an end, which those that are there already do not meet", () =>
  Effect.gen(function* () {
    const ann = yield* signUp()
    const { conversation } = yield* makeRoom(ann)
    const [one, two] = [yield* say(ann, conversation), yield* say(ann, conversation)]
    for (const { seq } of [one, two]) yield* ann.call.SetDraft({ conversation, thread: seq, body: hello })
    const another = ann.call.SetDraft({ conversation, body: hello })
    assert.deepInclude(yield* failure(another, "TooLarge"), { what: "list of drafts", limit: 2, actual: 3 })
    yield* ann.call.SetDraft({ conversation, thread: one.seq, body: Body.make("hello, I wanted") })
    yield* ann.call.SetDraft({ conversation, thread: one.seq, body: null })
    yield* another
  }).pipe(Effect.provide(calls), Effect.scoped),
)

it.effect("a draft that nobody told of is found by the head check", () =>
  Effect.gen(function* () {
    const { write: sql } = yield* Database
    const ann = yield* signUp()
    const { conversation } = yield* makeRoom(ann)
    yield* ann.call.SetDraft({ conversation, body: hello })
    const { items } = yield* follow(yield* again(ann))
    yield* takeUntil(items, isCaughtUp)
    yield* sql`UPDATE drafts SET body = 'found', rev = rev + 1, changed = pg_current_xact_id()
      WHERE account_id = ${ann.id}`
    yield* Delivery.use(({ checkHeads }) => checkHeads)
    yield* takeUntil(items, (item) => item._tag === "DraftChanged" && item.body === "found")
  }).pipe(Effect.provide(calls), Effect.scoped),
)

it.effect("nothing that was begun outlasts its account", () =>
  Effect.gen(function* () {
    const { read: sql } = yield* Database
    const [ann, bob] = [yield* signUp(), yield* signUp()]
    const { conversation } = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
    yield* ann.call.SetDraft({ conversation, body: hello })
    yield* ann.call.DeleteAccount({ password, erase: false })
    assert.lengthOf(yield* sql`SELECT FROM drafts WHERE account_id = ${ann.id}`, 0)
  }).pipe(Effect.provide(calls), Effect.scoped),
)
