import { StorageUnavailable } from "@chat/domain/Errors"
import { CommandId, ConversationId, MessageId, SessionId, UserId } from "@chat/domain/Ids"
import { PostMessage } from "@chat/domain/MessageRpcs"
import { Body, RoomName, Seq, Timestamp, Topic } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Rpc from "effect/rpc/Rpc"
import type { FromServerEncoded, RequestEncoded } from "effect/rpc/RpcMessage"
import * as Schema from "effect/Schema"
import { randomUUID } from "node:crypto"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { Express } from "../../src/express/Express.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { RateLimits } from "../../src/limits/RateLimits.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Meters } from "../../src/meters/Meters.ts"
import { withoutTraces } from "../../src/operations/telemetry.ts"
import { Presence } from "../../src/presence/Presence.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import type { Caller } from "../../src/sessions/CurrentConnection.ts"
import { Sessions } from "../../src/sessions/Sessions.ts"
import { Database } from "../../src/storage/Database.ts"
import { config, layerCore, layerCoreWith, makeUser } from "../support/core.ts"
import { embedded } from "../support/databases.ts"

const ended = new Set<SessionId>()

const nodeWith = (core: typeof layerCore, overrides?: Parameters<typeof config>[0]) =>
  Express.layer.pipe(
    Layer.provideMerge(core),
    Layer.provide(
      Layer.mock(Sessions, { endedAmong: () => Effect.succeed([]), isLive: (session) => !ended.has(session) }),
    ),
    Layer.provideMerge(Layer.mergeAll(embedded, Hub.layerMemory, config(overrides), withoutTraces)),
  )

const authorization = "Bearer token"
const long = "x".repeat(4_001)

const callerFor = (user: Caller["user"]): Caller => ({
  user,
  session: SessionId.make(randomUUID()),
  client: new Rpc.ServerClient(0),
  authorization,
  expiresAt: Date.now() + 60_000,
})

const request = (payload: Record<string, unknown>, header = authorization, tag = "PostMessage"): RequestEncoded => ({
  _tag: "Request",
  id: "1",
  tag,
  payload: { id: randomUUID(), body: "hello", ...payload },
  headers: [["authorization", header]],
})

/** What comes of a call: not taken; an answer; or it is to be made in the usual way after all. */
const ask = Effect.fnUntraced(function* (caller: Caller, call: RequestEncoded) {
  const express = yield* Express
  const done = Deferred.makeUnsafe<FromServerEncoded | "instead">()
  const isTaken = express.take(call, caller, {
    answer: (message) => void Deferred.doneUnsafe(done, Effect.succeed(message)),
    instead: () => void Deferred.doneUnsafe(done, Effect.succeed("instead" as const)),
  })
  return isTaken ? yield* Deferred.await(done) : "not taken"
})

const settings = { topic: Topic.make(""), history: "all" } as const

const prepare = Effect.gen(function* () {
  const rooms = yield* RoomMembership
  const messages = yield* Messages
  const [ann, bob] = [
    yield* makeUser(`ann${randomUUID().slice(0, 8)}`),
    yield* makeUser(`bob${randomUUID().slice(0, 8)}`),
  ]
  const name = RoomName.make(`room${randomUUID().slice(0, 8)}`)
  const { conversation } = yield* rooms.create(ann.id, { commandId: CommandId.make(randomUUID()), ...settings, name })
  const remember = (conversation: ConversationId) =>
    messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make("first") })
  yield* remember(conversation)
  return { ann, bob, conversation, caller: callerFor(ann.id) }
})

const decodeExit = Schema.decodeUnknownEffect(Schema.toCodecJson(PostMessage.successSchema))

it.layer(nodeWith(layerCore))("A post that needs nothing but memory", (it) => {
  it.effect("is answered as the contract has it, once it is stored", () =>
    Effect.gen(function* () {
      const { caller, conversation } = yield* prepare
      const answer = yield* ask(caller, request({ conversation }))
      assert.isObject(answer)
      const { _tag, requestId, exit } = answer as Extract<FromServerEncoded, { readonly _tag: "Exit" }>
      assert.deepStrictEqual([_tag, requestId, exit._tag], ["Exit", "1", "Success"])
      const receipt = yield* decodeExit("value" in exit ? exit.value : undefined)
      const { read } = yield* Database
      const stored = yield* read`SELECT seq::int, body FROM messages
        WHERE conversation_id = ${conversation} AND seq = ${receipt.seq}`
      assert.deepStrictEqual(stored, [{ seq: receipt.seq, body: "hello" }])
    }),
  )

  it.effect("is taken of no other, who goes the usual way", () =>
    Effect.gen(function* () {
      const { ann, bob, caller, conversation } = yield* prepare
      const conversations = yield* Conversations
      const direct = yield* conversations.openDirect(ann.id, { commandId: CommandId.make(randomUUID()), user: bob.id })
      const over = callerFor(ann.id)
      ended.add(over.session)
      const refused = {
        "another call": ask(caller, request({ conversation }, authorization, "EditMessage")),
        "another token": ask(caller, request({ conversation }, "Bearer other")),
        "a token that has expired": ask({ ...caller, expiresAt: 0 }, request({ conversation })),
        "a session that has ended": ask(over, request({ conversation })),
        "what is not of the contract": ask(caller, request({ conversation, id: "x" })),
        "no text": ask(caller, request({ conversation, body: "  " })),
        "a long text": ask(caller, request({ conversation, body: long })),
        "a mention": ask(caller, request({ conversation, body: `@${bob.username} hello` })),
        "a reply": ask(caller, request({ conversation, replyTo: 1 })),
        "a thread": ask(caller, request({ conversation, thread: 1 })),
        "somewhere not known here": ask(caller, request(direct)),
        "somebody else": ask(callerFor(bob.id), request({ conversation })),
      }
      const outcomes = yield* Effect.all(refused)
      assert.deepStrictEqual([...new Set(Object.values(outcomes))], ["not taken"], JSON.stringify(outcomes))
    }),
  )

  it.effect("is not answered from what was remembered, if that holds no longer", () =>
    Effect.gen(function* () {
      const { ann, caller, conversation } = yield* prepare
      const { write } = yield* Database
      yield* write`UPDATE logs SET access_rev = access_rev + 1 WHERE id = ${conversation}`
      assert.strictEqual(yield* ask(caller, request({ conversation })), "instead")
      // What was remembered is forgotten.
      assert.strictEqual(yield* ask(caller, request({ conversation })), "not taken")
      const messages = yield* Messages
      const id = MessageId.make(randomUUID())
      yield* messages.post(ann.id, { conversation, id, body: Body.make("again") })
      assert.isObject(yield* ask(caller, request({ conversation })))
      // The same id again has the same receipt.
      assert.isObject(yield* ask(caller, request({ conversation, id })))
    }),
  )

  it.effect("is made in the usual way if it is refused", () =>
    Effect.gen(function* () {
      const { ann, caller, conversation } = yield* prepare
      const id = randomUUID()
      const rooms = yield* RoomMembership
      const name = RoomName.make(`room${id.slice(0, 8)}`)
      yield* rooms.create(ann.id, { commandId: CommandId.make(id), ...settings, name })
      assert.strictEqual(yield* ask(caller, request({ conversation, id })), "instead")
    }),
  )
})

/** Messages that are all stored, or none. */
const messagesThat = (outcome: (done: Parameters<Messages["Service"]["postPlain"]>[2]) => void) =>
  Layer.mock(Messages, { postPlain: (_actor, _command, done) => (outcome(done), true) })

const exitOf = (messages: Layer.Layer<Messages>) =>
  Effect.map(ask(callerFor(UserId.make(randomUUID())), request({ conversation: randomUUID() })), (answer) => {
    assert.isObject(answer)
    return (answer as Extract<FromServerEncoded, { readonly _tag: "Exit" }>).exit
  }).pipe(
    Effect.provide(
      Express.layer.pipe(
        Layer.provide([
          messages,
          Layer.mock(Presence, { touch: () => Effect.void }),
          Layer.mock(Sessions, { isLive: () => true }),
          withoutTraces,
        ]),
      ),
    ),
  )

it.effect("What is answered is what the RPC server would say of the same outcome", () =>
  Effect.gen(function* () {
    const encodeExit = Schema.encodeUnknownEffect(Schema.toCodecJson(Rpc.exitSchema(PostMessage)))
    const conversation = ConversationId.make(randomUUID())
    const receipt = { conversation, seq: Seq.make(7), at: Timestamp.make("2026-01-01T00:00:00.000Z") }
    const stored = yield* exitOf(messagesThat(({ answer }) => answer(receipt)))
    assert.deepStrictEqual<unknown>(stored, yield* encodeExit(Exit.succeed(receipt)))
    const away = new StorageUnavailable()
    const failed = yield* exitOf(messagesThat(({ fail }) => fail(away)))
    assert.deepStrictEqual<unknown>(failed, yield* encodeExit(Exit.fail(away)))
  }),
)

const twoMessages = {
  messagesPerSecond: 1,
  messagesBurst: 2,
  callsPerMinute: 60,
  restPerMinute: 60,
  friendRequestsPerMinute: 2,
  invitationsPerMinute: 2,
  loginsPerAccount: 3,
  loginsPerAddress: 4,
  signUpsPerAddress: 2,
  refreshesPerAddress: 3,
}

it.effect("A post that is made in the usual way after all costs one message", () =>
  Effect.gen(function* () {
    const { ann, caller, conversation } = yield* prepare
    const messages = yield* Messages
    const { write } = yield* Database
    const call = request({ conversation })
    yield* write`UPDATE logs SET access_rev = access_rev + 1 WHERE id = ${conversation}`
    assert.strictEqual(yield* ask(caller, call), "instead")
    // The second of two.
    yield* messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make("hello") })
    const third = messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make("hello") })
    assert.strictEqual((yield* Effect.flip(third))._tag, "RateLimited")
  }).pipe(Effect.provide(nodeWith(layerCoreWith(RateLimits.layer), { rates: twoMessages }))),
)

it.effect("A repeat waits for the batch of what it repeats, which is stored as one", () =>
  Effect.gen(function* () {
    const { caller, conversation } = yield* prepare
    const { batchSize } = yield* Meters
    const before = batchSize.read()
    const repeated = request({ conversation })
    const calls = [request({ conversation }), repeated, repeated].map((call) => ask(caller, call))
    const answers = yield* Effect.all(calls, { concurrency: "unbounded" })
    const { count, sum } = batchSize.read()
    assert.deepStrictEqual([count - before.count, sum - before.sum], [2, 3])
    assert.deepStrictEqual(answers[1], answers[2])
  }).pipe(Effect.provide(nodeWith(layerCore))),
)
