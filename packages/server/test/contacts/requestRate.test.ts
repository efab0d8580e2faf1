import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { commandId, failure, makeRoom, signUp } from "../contract/people.ts"
import { inMemory } from "../contract/transports.ts"
import { embedded } from "../support/databases.ts"
import { handlers, rates } from "../support/node.ts"

const calls = inMemory.pipe(Layer.provideMerge(handlers(embedded, { rates: { ...rates, friendRequestsPerMinute: 1 } })))

it.effect("friend requests have a rate of their own, and a repeat is answered over it", () =>
  Effect.gen(function* () {
    const ann = yield* signUp()
    const bob = yield* signUp()
    const cyd = yield* signUp()
    const command = { commandId: commandId(), user: bob.id }
    const receipt = yield* ann.call.SendFriendRequest(command)
    const { limit } = yield* failure(
      ann.call.SendFriendRequest({ commandId: commandId(), user: cyd.id }),
      "RateLimited",
    )
    assert.strictEqual(limit, "friend requests")
    assert.deepStrictEqual(yield* ann.call.SendFriendRequest(command), receipt)
    yield* cyd.call.SendFriendRequest({ commandId: commandId(), user: bob.id })
  }).pipe(Effect.provide(calls), Effect.scoped),
)

const inviting = inMemory.pipe(Layer.provideMerge(handlers(embedded, { rates: { ...rates, invitationsPerMinute: 1 } })))

it.effect("invitations have a rate of their own, and a repeat is answered over it", () =>
  Effect.gen(function* () {
    const [ann, bob, cyd] = [yield* signUp(), yield* signUp(), yield* signUp()]
    const { conversation } = yield* makeRoom(ann)
    const command = { commandId: commandId(), conversation, user: bob.id }
    const receipt = yield* ann.call.InviteToRoom(command)
    const other = { ...command, commandId: commandId(), user: cyd.id }
    assert.strictEqual((yield* failure(ann.call.InviteToRoom(other), "RateLimited")).limit, "invitations")
    assert.deepStrictEqual(yield* ann.call.InviteToRoom(command), receipt)
  }).pipe(Effect.provide(inviting), Effect.scoped),
)
