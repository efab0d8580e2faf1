import { Body } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { failure, makeRoom, messageId, signUp } from "../contract/people.ts"
import { inMemory } from "../contract/transports.ts"
import { embedded } from "../support/databases.ts"
import { handlers } from "../support/node.ts"

const rates = {
  messagesPerSecond: 1,
  messagesBurst: 1,
  callsPerMinute: 10,
  restPerMinute: 10,
  friendRequestsPerMinute: 10,
  invitationsPerMinute: 10,
  loginsPerAccount: 10,
  loginsPerAddress: 10,
  signUpsPerAddress: 10,
  refreshesPerAddress: 1_000_000,
}
const calls = inMemory.pipe(Layer.provideMerge(handlers(embedded, { rates })))

it.effect("a post that is refused without costing a message costs a call, for it is looked up", () =>
  Effect.gen(function* () {
    const ann = yield* signUp()
    const { conversation } = yield* makeRoom(ann)
    const posted = { conversation, id: messageId(), body: Body.make("hello") }
    const receipt = yield* ann.call.PostMessage(posted)
    // No message is left, but calls are: a repeat is answered, a new one says which limit it is.
    assert.deepStrictEqual(yield* ann.call.PostMessage(posted), receipt)
    const tooFast = yield* failure(ann.call.PostMessage({ ...posted, id: messageId() }), "RateLimited")
    assert.strictEqual(tooFast.limit, "messages")
    const tooLong = { conversation, body: Body.make("x".repeat(4_001)) }
    for (let left = 10 - 1 - 2; left > 0; left--) {
      yield* failure(ann.call.PostMessage({ ...tooLong, id: messageId() }), "TooLarge")
    }
    for (const refused of [tooLong, posted]) {
      const { limit } = yield* failure(ann.call.PostMessage({ ...refused, id: messageId() }), "RateLimited")
      assert.strictEqual(limit, "calls")
    }
  }).pipe(Effect.provide(calls), Effect.scoped),
)
