// Rooms as their owner sets them.
import { type ConversationId, conversationLog, LogId } from "@chat/domain/Ids"
import { BanReason, type RoomChanges } from "@chat/domain/Room"
import { Body, Seq, Topic } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { commandId, failure, follow, isCaughtUp, makeRoom, messageId, newRoomName, type Person } from "./people.ts"
import { say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const topic = Topic.make("about")
const secret = "tulip meadow ladder"

const roomWith = Effect.fnUntraced(function* (
  { call }: Pick<Person, "call">,
  options: Partial<Parameters<Person["call"]["CreateRoom"]>[0]>,
) {
  const name = newRoomName()
  const room = { commandId: commandId(), name, topic, history: "all", ...options } as const
  return { ...(yield* call.CreateRoom(room)), name }
})

const join = ({ call }: Pick<Person, "call">, conversation: ConversationId, password?: string) =>
  call.JoinRoom({ commandId: commandId(), conversation, ...(password === undefined ? {} : { password }) })

const forward = ({ call }: Pick<Person, "call">, conversation: ConversationId, seq: Seq) =>
  call.ForwardMessage({ conversation, id: messageId(), source: { conversation, seq } })

const change = ({ call }: Pick<Person, "call">, conversation: ConversationId, changes: RoomChanges) =>
  call.UpdateRoom({ commandId: commandId(), conversation, changes })

export const roomCalls = (it: It): void => {
  it.effect("A private room does not exist for others, whatever they call", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation, name } = yield* roomWith(ann, { access: "private" })
      const said = yield* say(ann, conversation)
      const command = { commandId: commandId(), conversation }
      const whom = { ...command, user: ann.id }
      const gone = "ConversationNotFound" as const
      yield* failure(bob.call.GetConversation({ conversation }), gone)
      yield* failure(bob.call.ListMembers({ conversation }), gone)
      yield* failure(bob.call.JoinRoom(command), gone)
      yield* failure(bob.call.LeaveRoom(command), gone)
      yield* failure(bob.call.History({ conversation }), gone)
      yield* failure(bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0) }), gone)
      yield* failure(bob.call.MarkRead({ conversation, seq: said.seq }), gone)
      const body = Body.make("hello?")
      yield* failure(bob.call.PostMessage({ conversation, id: messageId(), body }), gone)
      yield* failure(bob.call.EditMessage({ ...command, message: said.id, body }), gone)
      yield* failure(bob.call.DeleteMessage({ ...command, message: said.id }), gone)
      yield* failure(bob.call.UpdateRoom({ ...command, changes: {} }), gone)
      yield* failure(bob.call.DeleteRoom(command), gone)
      yield* failure(bob.call.TransferRoom(whom), gone)
      yield* failure(bob.call.SetMemberRole({ ...whom, role: "member" }), gone)
      yield* failure(bob.call.KickMember(whom), gone)
      yield* failure(bob.call.BanMember({ ...whom, reason: BanReason.make("") }), gone)
      yield* failure(bob.call.UnbanMember(whom), gone)
      yield* failure(bob.call.ListBans({ conversation }), gone)
      assert.deepStrictEqual((yield* bob.call.ListRooms({ query: name })).rooms, [])
      const { items, stop } = yield* follow(bob, {
        cursors: [],
        only: [conversationLog(conversation), LogId.make(bob.id)],
      })
      for (let item = yield* Queue.take(items); !isCaughtUp(item); item = yield* Queue.take(items)) {
        assert.notInclude(JSON.stringify(item), conversation)
      }
      yield* stop
    }),
  )

  it.effect("JoinRoom asks for the password of a room, and its settings are no secret", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation, name } = yield* roomWith(ann, { access: "password", password: secret, slowMode: 5 })
      const [listed] = (yield* bob.call.ListRooms({ query: name })).rooms
      assert.deepStrictEqual(listed, {
        id: conversation,
        name,
        topic,
        access: "password",
        memberCount: 1,
        joined: false,
      })
      yield* failure(join(bob, conversation), "RoomPasswordRequired")
      yield* failure(join(bob, conversation, "tulip meadow"), "WrongRoomPassword")
      const command = { commandId: commandId(), conversation, password: secret }
      const joined = yield* bob.call.JoinRoom(command)
      assert.deepStrictEqual(yield* bob.call.JoinRoom({ ...command, password: "another" }), joined, "a repeat")
      const seen = yield* bob.call.GetConversation({ conversation })
      assert.deepStrictEqual([seen.access, seen.slowMode, seen.role], ["password", 5, "member"])
      const { items } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0) })
      assert.notMatch(JSON.stringify(items), /argon|tulip/u)
    }),
  )

  it.effect("JoinRoom limits wrong passwords per account and room", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const eve = yield* signUp()
      const options = { access: "password", password: secret } as const
      const { conversation } = yield* roomWith(ann, options)
      const other = yield* roomWith(ann, options)
      for (let n = 0; n < 5; n++) yield* failure(join(eve, conversation, "guessed"), "WrongRoomPassword")
      const limited = yield* failure(join(eve, conversation, secret), "RateLimited")
      assert.isAbove(limited.retryAfter, 0)
      yield* join(eve, other.conversation, secret)
      yield* join(bob, conversation, secret)
    }),
  )

  it.effect("CreateRoom and UpdateRoom refuse what a room cannot be", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      yield* failure(roomWith(ann, { access: "password" }), "BadRequest")
      yield* failure(roomWith(ann, { password: secret }), "BadRequest")
      yield* failure(roomWith(ann, { access: "password", password: "short" }), "WeakPassword")
      yield* failure(roomWith(ann, { slowMode: 21_601 }), "TooLarge")
      const { conversation } = yield* roomWith(ann, {})
      const other = yield* roomWith(ann, {})
      yield* failure(change(ann, conversation, { access: "password" }), "BadRequest")
      yield* failure(change(ann, conversation, { access: "password", password: "password" }), "WeakPassword")
      yield* failure(change(ann, conversation, { name: other.name }), "RoomNameTaken")
      yield* failure(change(ann, conversation, { topic: Topic.make("t".repeat(251)) }), "TooLarge")
      const used = commandId()
      yield* ann.call.LeaveRoom({ commandId: used, conversation: other.conversation })
      yield* failure(ann.call.UpdateRoom({ commandId: used, conversation, changes: {} }), "IdTaken")
    }),
  )

  it.effect("UpdateRoom changes what it names and nothing else, once", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation, name } = yield* roomWith(ann, { memberLimit: 7 })
      const command = { commandId: commandId(), conversation, changes: { topic: Topic.make("new"), slowMode: 3 } }
      const first = yield* ann.call.UpdateRoom(command)
      assert.deepStrictEqual(yield* ann.call.UpdateRoom({ ...command, changes: { topic } }), first)
      const same = yield* ann.call.UpdateRoom({ ...command, commandId: commandId() })
      assert.strictEqual(same.seq, first.seq, "as it is already")
      const seen = yield* ann.call.GetConversation({ conversation })
      assert.deepStrictEqual(
        [seen.name, seen.topic, seen.slowMode, seen.memberLimit, seen.role, seen.seq],
        [name, "new", 3, 7, "owner", first.seq],
      )
      yield* failure(change(bob, conversation, { topic }), "NotMember")
      yield* join(bob, conversation)
      yield* failure(change(bob, conversation, { topic }), "Forbidden")
      yield* ann.call.SetMemberRole({ commandId: commandId(), conversation, user: bob.id, role: "moderator" })
      yield* change(bob, conversation, { topic })
      const refusal = yield* failure(change(bob, conversation, { access: "private" }), "Forbidden")
      assert.strictEqual(refusal.action, "changeAccess")
      const renamed = newRoomName()
      yield* change(ann, conversation, { name: renamed })
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).name, renamed)
      yield* roomWith(bob, { name })
    }),
  )

  it.effect("An archived room is only read, until it is taken back", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation, name } = yield* makeRoom(ann)
      const said = yield* say(ann, conversation)
      yield* change(ann, conversation, { archived: true })
      yield* failure(say(ann, conversation), "RoomArchived")
      yield* failure(forward(ann, conversation, said.seq), "RoomArchived")
      const edit = { commandId: commandId(), conversation, message: said.id, body: Body.make("other") }
      yield* failure(ann.call.EditMessage(edit), "RoomArchived")
      yield* failure(join(bob, conversation), "RoomArchived")
      assert.deepStrictEqual((yield* bob.call.ListRooms({ query: name })).rooms, [])
      assert.lengthOf((yield* ann.call.ListRooms({ query: name })).rooms, 1)
      assert.lengthOf((yield* ann.call.History({ conversation })).messages, 1)
      yield* change(ann, conversation, { archived: false })
      yield* say(ann, conversation)
      yield* join(bob, conversation)
    }),
  )

  it.effect("In a read-only room owner and moderators write, and in slow mode they need not wait", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* makeRoom(ann)
      yield* join(bob, conversation)
      const said = yield* say(bob, conversation)
      yield* change(ann, conversation, { readOnly: true })
      yield* failure(say(bob, conversation), "ReadOnly")
      yield* failure(forward(bob, conversation, said.seq), "ReadOnly")
      const edit = { commandId: commandId(), conversation, message: said.id, body: Body.make("other") }
      yield* failure(bob.call.EditMessage(edit), "ReadOnly")
      yield* bob.call.DeleteMessage({ commandId: commandId(), conversation, message: said.id })
      yield* change(ann, conversation, { readOnly: false, slowMode: 60 })
      const id = messageId()
      const first = yield* bob.call.PostMessage({ conversation, id, body: Body.make("first") })
      const slow = yield* failure(say(bob, conversation), "SlowMode")
      yield* failure(forward(bob, conversation, first.seq), "SlowMode")
      assert.isTrue(slow.retryAfter > 50_000 && slow.retryAfter <= 60_000, String(slow.retryAfter))
      assert.deepStrictEqual(yield* bob.call.PostMessage({ conversation, id, body: Body.make("again") }), first)
      for (let n = 0; n < 3; n++) yield* say(ann, conversation)
      yield* ann.call.SetMemberRole({ commandId: commandId(), conversation, user: bob.id, role: "moderator" })
      yield* say(bob, conversation)
    }),
  )

  it.effect("A room that is full takes nobody", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const [bob, eve] = [yield* signUp(), yield* signUp()]
      const { conversation } = yield* roomWith(ann, { memberLimit: 2 })
      const both = yield* Effect.all([Effect.result(join(bob, conversation)), Effect.result(join(eve, conversation))], {
        concurrency: "unbounded",
      })
      const refused = both.flatMap((result) => (result._tag === "Failure" ? [result.failure] : []))
      assert.lengthOf(refused, 1)
      assert(refused[0]?._tag === "CapacityExceeded")
      assert.deepStrictEqual([refused[0].resource, refused[0].limit], ["members", 2])
      assert.strictEqual((yield* ann.call.GetConversation({ conversation })).memberCount, 2)
    }),
  )

  it.effect("DeleteRoom ends it for everybody, with what was said, and its name is free", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation, name } = yield* makeRoom(ann)
      yield* failure(bob.call.DeleteRoom({ commandId: commandId(), conversation }), "NotMember")
      yield* join(bob, conversation)
      yield* say(ann, conversation, "soon gone")
      yield* failure(bob.call.DeleteRoom({ commandId: commandId(), conversation }), "Forbidden")
      const { items, stop } = yield* follow(bob)
      for (let item = yield* Queue.take(items); !isCaughtUp(item);) item = yield* Queue.take(items)
      const command = { commandId: commandId(), conversation }
      const deleted = yield* ann.call.DeleteRoom(command)
      assert.deepStrictEqual(yield* ann.call.DeleteRoom(command), deleted)
      const last = yield* Queue.take(items)
      const gone = yield* Queue.take(items)
      assert.deepStrictEqual(
        [last, gone].map((item) => (item._tag === "Event" ? [item.event.type, item.event.actor?.id] : [])),
        [
          ["RoomDeleted", ann.id],
          ["ConversationGone", ann.id],
        ],
      )
      yield* stop
      for (const { call } of [ann, bob]) {
        yield* failure(call.GetConversation({ conversation }), "ConversationNotFound")
        yield* failure(call.ListMembers({ conversation }), "ConversationNotFound")
        yield* failure(join({ call }, conversation), "ConversationNotFound")
        yield* failure(say({ call }, conversation), "ConversationNotFound")
        const { messages } = yield* call.History({ conversation })
        assert.deepStrictEqual(
          messages.map(({ body, rev }) => [body, rev]),
          [[null, deleted.seq]],
        )
      }
      const used = commandId()
      yield* bob.call.CreateRoom({ commandId: used, name, topic, history: "all" })
      const again = yield* makeRoom(bob)
      yield* failure(bob.call.DeleteRoom({ commandId: used, conversation: again.conversation }), "IdTaken")
    }),
  )
}
