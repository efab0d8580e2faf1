import { ConversationId, UserId } from "@chat/domain/Ids"
import { RoomName, Topic } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { commandId, failure, makeRoom, newRoomName, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const nowhere = () => ConversationId.make(randomUUID())
const topic = Topic.make("")

export const conversationCalls = (it: It): void => {
  it.effect("OpenDirect makes one conversation of two people, also when both open it at once", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const command = { commandId: commandId(), user: bob.id }
      const [here, repeated, there] = yield* Effect.all(
        [
          ann.call.OpenDirect(command),
          ann.call.OpenDirect(command),
          bob.call.OpenDirect({ commandId: commandId(), user: ann.id }),
        ],
        { concurrency: "unbounded" },
      )
      assert.deepStrictEqual(repeated, here)
      assert.strictEqual(there.conversation, here.conversation)
      assert.deepStrictEqual(yield* ann.call.OpenDirect(command), here)
      const seen = yield* bob.call.GetConversation({ conversation: here.conversation })
      assert.deepStrictEqual(seen.peer, { id: ann.id, username: ann.username })
    }),
  )

  it.effect("OpenDirect refuses strangers, oneself and an id in use", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const nobody = UserId.make(randomUUID())
      yield* failure(ann.call.OpenDirect({ commandId: commandId(), user: nobody }), "UserNotFound")
      yield* failure(ann.call.OpenDirect({ commandId: commandId(), user: ann.id }), "BadRequest")
      const used = commandId()
      const room = yield* ann.call.CreateRoom({ commandId: used, name: newRoomName(), topic, history: "all" })
      yield* failure(ann.call.OpenDirect({ commandId: used, user: bob.id }), "IdTaken")
      // A log has that id, but it is no account's.
      const noAccount = UserId.make(room.conversation)
      yield* failure(bob.call.OpenDirect({ commandId: commandId(), user: noAccount }), "UserNotFound")
    }),
  )

  it.effect("CreateRoom makes one room, however often it is repeated", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const command = { commandId: commandId(), name: newRoomName(), topic, history: "all" } as const
      const [first, second] = yield* Effect.all([ann.call.CreateRoom(command), ann.call.CreateRoom(command)], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(second, first)
      assert.deepStrictEqual(yield* ann.call.CreateRoom(command), first)
      const shouted = RoomName.make(command.name.toUpperCase())
      yield* failure(bob.call.CreateRoom({ ...command, commandId: commandId(), name: shouted }), "RoomNameTaken")
    }),
  )

  it.effect("CreateRoom refuses an id in use and names the limit of what is too long", () =>
    Effect.gen(function* () {
      const { call } = yield* signUp()
      const { conversation } = yield* makeRoom({ call })
      const used = commandId()
      yield* call.LeaveRoom({ commandId: used, conversation })
      const command = { commandId: commandId(), name: newRoomName(), topic, history: "all" } as const
      yield* failure(call.CreateRoom({ ...command, commandId: used }), "IdTaken")
      const name = yield* failure(call.CreateRoom({ ...command, name: RoomName.make("r".repeat(65)) }), "TooLarge")
      assert.deepStrictEqual({ ...name }, { ...name, limit: 64, actual: 65 })
      // Code points are counted, and these take two units each.
      const long = Topic.make("🌱".repeat(251))
      const about = yield* failure(call.CreateRoom({ ...command, topic: long }), "TooLarge")
      assert.deepStrictEqual({ ...about }, { ...about, what: "topic", limit: 250, actual: 251 })
    }),
  )

  it.effect("ListRooms finds rooms by part of their name, in pages", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const stem = newRoomName()
      for (const end of ["c", "a", "b"]) {
        yield* ann.call.CreateRoom({
          commandId: commandId(),
          name: RoomName.make(`${stem}${end}`),
          topic,
          history: "all",
        })
      }
      const query = stem.toUpperCase()
      const first = yield* bob.call.ListRooms({ query, limit: 2 })
      assert(first.next !== null)
      const rest = yield* bob.call.ListRooms({ query, limit: 2, after: first.next })
      assert.deepStrictEqual(
        [...first.rooms, ...rest.rooms].map(({ name, joined, memberCount }) => [name, joined, memberCount]),
        ["a", "b", "c"].map((end) => [`${stem}${end}`, false, 1]),
      )
      assert.strictEqual(rest.next, null)
    }),
  )

  it.effect("JoinRoom and LeaveRoom take effect once each", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* makeRoom(ann)
      const join = { commandId: commandId(), conversation }
      const [joined, twice] = yield* Effect.all([bob.call.JoinRoom(join), bob.call.JoinRoom(join)], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(twice, joined)
      const members = yield* ann.call.ListMembers({ conversation })
      assert.deepStrictEqual(
        members.members.map(({ user }) => user.id),
        [ann.id, bob.id],
      )
      const leave = { commandId: commandId(), conversation }
      const left = yield* bob.call.LeaveRoom(leave)
      assert.strictEqual(left.seq, joined.seq + 1)
      assert.deepStrictEqual(yield* bob.call.JoinRoom(join), joined, "a repeat does not join again")
      assert.deepStrictEqual(yield* bob.call.LeaveRoom(leave), left)
      const { members: rest, asOf } = yield* ann.call.ListMembers({ conversation })
      assert.deepStrictEqual(
        rest.map(({ user }) => user.id),
        [ann.id],
      )
      assert.strictEqual(asOf, left.seq)
    }),
  )

  it.effect("JoinRoom and LeaveRoom refuse what is no room and ids in use", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* makeRoom(ann)
      const conversationOfTwo = (yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })).conversation
      for (const none of [nowhere(), conversationOfTwo]) {
        const join = yield* failure(
          bob.call.JoinRoom({ commandId: commandId(), conversation: none }),
          "ConversationNotFound",
        )
        assert.strictEqual(join.conversation, none)
        yield* failure(bob.call.LeaveRoom({ commandId: commandId(), conversation: none }), "ConversationNotFound")
      }
      const used = commandId()
      yield* bob.call.JoinRoom({ commandId: used, conversation })
      yield* failure(bob.call.LeaveRoom({ commandId: used, conversation }), "IdTaken")
      const left = commandId()
      yield* bob.call.LeaveRoom({ commandId: left, conversation })
      yield* failure(bob.call.JoinRoom({ commandId: left, conversation }), "IdTaken")
    }),
  )

  it.effect("ListConversations has the newest message first, in pages", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const rooms = [yield* makeRoom(ann), yield* makeRoom(ann), yield* makeRoom(ann)]
      for (const { conversation } of rooms) yield* say(ann, conversation)
      const names = []
      let after: string | null = null
      do {
        const page: Effect.Success<ReturnType<typeof ann.call.ListConversations>> = yield* ann.call.ListConversations({
          limit: 2,
          ...(after === null ? {} : { after }),
        })
        assert.isAtMost(page.conversations.length, 2)
        names.push(...page.conversations.map(({ name }) => name))
        after = page.next
      } while (after !== null)
      assert.deepStrictEqual(
        names.filter((name) => name !== "general"),
        rooms.map(({ name }) => name).toReversed(),
      )
    }),
  )

  it.effect("GetConversation is for members", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation, name } = yield* makeRoom(ann)
      const said = yield* say(ann, conversation)
      const seen = yield* ann.call.GetConversation({ conversation })
      assert.deepStrictEqual([seen.name, seen.memberCount, seen.lastMessage?.id], [name, 1, said.id])
      yield* failure(bob.call.GetConversation({ conversation }), "ConversationNotFound")
      yield* failure(ann.call.GetConversation({ conversation: nowhere() }), "ConversationNotFound")
    }),
  )

  it.effect("ListMembers is for members, and comes in pages", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* makeRoom(ann)
      yield* failure(bob.call.ListMembers({ conversation }), "NotMember")
      yield* failure(bob.call.ListMembers({ conversation: nowhere() }), "ConversationNotFound")
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      const first = yield* ann.call.ListMembers({ conversation, limit: 1 })
      assert(first.next !== null)
      const second = yield* ann.call.ListMembers({ conversation, limit: 1, after: first.next })
      assert.deepStrictEqual(
        [...first.members, ...second.members].map(({ user }) => user.username),
        [ann.username, bob.username],
      )
      assert.strictEqual(second.next, null)
    }),
  )
}
