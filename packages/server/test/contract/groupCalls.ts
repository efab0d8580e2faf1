// Groups: conversations of a few people, who are all equals.
import { accountLog, type ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { applyAll } from "@chat/domain/state/apply"
import { empty } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { takeUntil } from "../support/core.ts"
import {
  again,
  commandId,
  failure,
  follow,
  isCaughtUp,
  makeRoom,
  messageId,
  password,
  type Person,
  say,
  signUp,
} from "./people.ts"
import type { It } from "./suite.ts"

const open = ({ call }: Pick<Person, "call">, ...others: ReadonlyArray<Pick<Person, "id">>) =>
  call.OpenGroup({ commandId: commandId(), users: others.map(({ id }) => id) })

const toGroup = (conversation: ConversationId, { id }: Pick<Person, "id">) => ({
  commandId: commandId(),
  conversation,
  user: id,
})

const leave = ({ call }: Person, conversation: ConversationId) =>
  call.LeaveGroup({ commandId: commandId(), conversation })

const people = (count: number) => Effect.replicateEffect(signUp(), count)

const threePeople = Effect.gen(function* () {
  const [ann, bob, eve] = yield* people(3)
  assert(ann && bob && eve)
  return { ann, bob, eve, conversation: (yield* open(ann, bob, eve)).conversation }
})

/** Who else is in it, for somebody. */
const othersIn = Effect.fnUntraced(function* ({ call }: Person, conversation: ConversationId) {
  const { people } = yield* call.GetConversation({ conversation })
  assert(people !== undefined)
  return people.map(({ id }) => id)
})

const bodies = Effect.fnUntraced(function* ({ call }: Person, conversation: ConversationId) {
  return (yield* call.History({ conversation })).messages.map(({ body }) => String(body))
})

const befriend = Effect.fnUntraced(function* (one: Person, other: Person) {
  yield* one.call.SendFriendRequest({ commandId: commandId(), user: other.id })
  yield* other.call.AcceptFriendRequest({ commandId: commandId(), user: one.id })
})

const about = ({ id }: Person) => ({ commandId: commandId(), user: id })

export const groupCalls = (it: It): void => {
  it.effect("OpenGroup begins a conversation of equals, a new one each time", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = yield* people(3)
      assert(ann && bob && eve)
      const command = { commandId: commandId(), users: [bob.id, eve.id, bob.id, ann.id] }
      const opened = yield* ann.call.OpenGroup(command)
      assert.deepStrictEqual(yield* ann.call.OpenGroup(command), opened)
      const { conversation } = opened
      assert.notStrictEqual((yield* open(ann, bob, eve)).conversation, conversation)
      for (const person of [ann, bob, eve]) {
        const others = [ann, bob, eve].filter((other) => other !== person).map(({ id }) => id)
        const group = yield* person.call.GetConversation({ conversation })
        assert.deepStrictEqual(group.people?.map(({ id }) => id).toSorted(), others.toSorted())
        const { kind, name, topic, peer, role, memberCount, from, unread } = group
        assert.deepStrictEqual([kind, name, topic, peer, role], ["group", null, null, null, null])
        assert.deepStrictEqual([memberCount, from, unread], [3, 1, 0])
      }
      const { members } = yield* eve.call.ListMembers({ conversation })
      assert.deepStrictEqual(members.map(({ user }) => user.id).toSorted(), [ann.id, bob.id, eve.id].toSorted())
      assert.isTrue(members.every(({ role }) => role === null))
      const { items } = yield* eve.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0) })
      const [first] = items
      assert(first?._tag === "Event" && first.event.type === "GroupOpened")
      assert.deepStrictEqual(
        first.event.data.members.map(({ id }) => id),
        [ann.id, bob.id, eve.id],
      )
    }),
  )

  it.effect("what is said in a group comes to all of it, is counted, pinned and read by them, and by nobody else", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* threePeople
      const stranger = yield* signUp()
      const said = yield* say(bob, conversation, `@${eve.username} look`)
      assert.strictEqual((yield* ann.call.GetConversation({ conversation })).unread, 1)
      assert.strictEqual((yield* eve.call.GetConversation({ conversation })).mentions, 1)
      yield* eve.call.PinMessage({ commandId: commandId(), conversation, message: said.id })
      yield* eve.call.MarkRead({ conversation, seq: said.seq })
      const { marks } = yield* bob.call.ListMarks({ conversation })
      assert.deepStrictEqual(
        marks.filter(({ read }) => read > 0).map(({ user, read }) => [user, read]),
        [[eve.id, said.seq]],
      )
      const answer = { conversation, id: messageId(), body: Body.make("I see"), thread: said.seq }
      yield* ann.call.PostMessage(answer)
      assert.strictEqual((yield* eve.call.Thread({ conversation, root: said.seq })).messages.length, 1)
      const change = { commandId: commandId(), conversation, message: said.id }
      yield* failure(ann.call.DeleteMessage(change), "NotAuthor")
      yield* failure(say(stranger, conversation), "ConversationNotFound")
      yield* failure(stranger.call.History({ conversation }), "ConversationNotFound")
      yield* failure(stranger.call.ListMembers({ conversation }), "ConversationNotFound")
      yield* failure(stranger.call.JoinRoom({ commandId: commandId(), conversation }), "ConversationNotFound")
      yield* failure(ann.call.LeaveRoom({ commandId: commandId(), conversation }), "ConversationNotFound")
      yield* failure(ann.call.InviteToRoom(toGroup(conversation, stranger)), "ConversationNotFound")
    }),
  )

  it.effect("AddToGroup lets somebody read all of it, and LeaveGroup nothing more", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* threePeople
      const dan = yield* signUp()
      yield* say(ann, conversation, "before")
      const command = toGroup(conversation, dan)
      const added = yield* bob.call.AddToGroup(command)
      assert.deepStrictEqual(yield* bob.call.AddToGroup(command), added)
      assert.strictEqual((yield* eve.call.AddToGroup(toGroup(conversation, dan))).seq, added.seq, "is in it already")
      const group = yield* dan.call.GetConversation({ conversation })
      assert.deepStrictEqual([group.unread, group.memberCount, group.from], [0, 4, 1])
      assert.deepStrictEqual(yield* bodies(dan, conversation), ["before"])
      assert.deepStrictEqual((yield* othersIn(ann, conversation)).at(-1), dan.id)
      const going = { commandId: commandId(), conversation }
      const left = yield* dan.call.LeaveGroup(going)
      assert.deepStrictEqual(yield* dan.call.LeaveGroup(going), left)
      yield* failure(leave(dan, conversation), "ConversationNotFound")
      yield* failure(dan.call.AddToGroup(toGroup(conversation, dan)), "ConversationNotFound")
      yield* say(ann, conversation, "after")
      assert.deepStrictEqual(yield* bodies(dan, conversation), ["before"])
      yield* failure(say(dan, conversation), "ConversationNotFound")
      assert.notInclude(yield* othersIn(bob, conversation), dan.id)
      yield* ann.call.AddToGroup(toGroup(conversation, dan))
      assert.deepStrictEqual(yield* bodies(dan, conversation), ["before", "after"])
      for (const person of [ann, bob, eve]) yield* leave(person, conversation)
      assert.deepStrictEqual(yield* othersIn(dan, conversation), [])
      yield* leave(dan, conversation)
      yield* failure(dan.call.GetConversation({ conversation }), "ConversationNotFound")
    }),
  )

  it.effect("the events of a group lead to what a new device is told", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* threePeople
      const [dan, fay] = yield* people(2)
      assert(dan && fay)
      const device = yield* follow(ann)
      const seen = [...(yield* takeUntil(device.items, isCaughtUp))]
      yield* bob.call.AddToGroup(toGroup(conversation, fay))
      yield* bob.call.AddToGroup(toGroup(conversation, dan))
      yield* leave(fay, conversation)
      const { seq } = yield* leave(eve, conversation)
      const isLast = (item: SyncItem) =>
        item._tag === "Event" && item.event.log === conversationLog(conversation) && item.event.seq === seq
      seen.push(...(yield* takeUntil(device.items, isLast)))
      const fresh = yield* follow(yield* again(ann))
      const known = [seen, yield* takeUntil(fresh.items, isCaughtUp)].map((items) => {
        const group = applyAll(empty, items).conversations.get(conversation)
        return { people: group?.people, memberCount: group?.memberCount }
      })
      assert.deepStrictEqual(known[0], known[1])
      assert.deepStrictEqual(
        known[0]?.people?.map(({ id }) => id),
        [bob.id, dan.id],
      )
    }),
  )

  it.effect("a group is of two others or more, and has an end", () =>
    Effect.gen(function* () {
      const [ann, ...others] = yield* people(17)
      const [bob, last] = [others[0], others.at(-1)]
      assert(ann && bob && last)
      yield* failure(open(ann), "BadRequest")
      yield* failure(open(ann, bob, bob, ann), "BadRequest")
      const refused = yield* failure(open(ann, ...others), "TooLarge")
      assert.deepStrictEqual([refused.what, refused.limit, refused.actual], ["group", 16, 17])
      const { conversation } = yield* open(ann, ...others.slice(0, -1))
      yield* failure(bob.call.AddToGroup(toGroup(conversation, last)), "TooLarge")
      yield* leave(ann, conversation)
      yield* bob.call.AddToGroup(toGroup(conversation, last))
    }),
  )

  it.effect("who may be added is who may be written to", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* threePeople
      const [dan, fay] = yield* people(2)
      assert(dan && fay)
      const nobody = { id: UserId.make(randomUUID()) }
      yield* failure(open(ann, bob, nobody), "UserNotFound")
      yield* failure(ann.call.AddToGroup(toGroup(conversation, nobody)), "UserNotFound")
      yield* dan.call.SetPreferences({ commandId: commandId(), whoMayWrite: "friends" })
      assert.strictEqual((yield* failure(open(ann, bob, dan), "FriendsOnly")).user, dan.id)
      yield* failure(ann.call.AddToGroup(toGroup(conversation, dan)), "FriendsOnly")
      yield* befriend(ann, dan)
      yield* ann.call.AddToGroup(toGroup(conversation, dan))
      // Whoever is in it is not refused any more, and others may write to them there.
      yield* say(eve, conversation)
      yield* ann.call.BlockUser(about(fay))
      yield* failure(open(ann, bob, fay), "UserBlocked")
      yield* failure(ann.call.AddToGroup(toGroup(conversation, fay)), "UserBlocked")
      const used = commandId()
      yield* ann.call.SetPresence({ commandId: used, state: "dnd" })
      yield* failure(ann.call.OpenGroup({ commandId: used, users: [bob.id, eve.id] }), "IdTaken")
      yield* failure(ann.call.AddToGroup({ ...toGroup(conversation, bob), commandId: used }), "IdTaken")
      yield* failure(ann.call.LeaveGroup({ conversation, commandId: used }), "IdTaken")
    }),
  )

  it.effect("who has blocked the one who adds them is in it for everybody but themselves", () =>
    Effect.gen(function* () {
      const [ann, bob, eve, dan] = yield* people(4)
      assert(ann && bob && eve && dan)
      yield* bob.call.BlockUser(about(ann))
      const { conversation } = yield* open(ann, bob, eve)
      const other = yield* open(ann, eve, dan)
      const added = yield* ann.call.AddToGroup(toGroup(other.conversation, bob))
      assert.strictEqual((yield* ann.call.AddToGroup(toGroup(other.conversation, bob))).seq, added.seq)
      yield* say(eve, conversation, "hello")
      for (const group of [conversation, other.conversation]) {
        assert.include(yield* othersIn(ann, group), bob.id)
        yield* failure(bob.call.GetConversation({ conversation: group }), "ConversationNotFound")
        yield* failure(bob.call.ListMembers({ conversation: group }), "ConversationNotFound")
        yield* failure(bob.call.History({ conversation: group }), "ConversationNotFound")
        yield* failure(say(bob, group), "ConversationNotFound")
        yield* failure(leave(bob, group), "ConversationNotFound")
        yield* failure(bob.call.AddToGroup(toGroup(group, dan)), "ConversationNotFound")
      }
      const { items } = yield* bob.call.ReadLog({ log: accountLog(bob.id), after: Seq.make(0), limit: 100 })
      assert.notInclude(JSON.stringify(items), conversation)
      // A friend adds them, or the block ends and they are added again.
      yield* eve.call.AddToGroup(toGroup(conversation, bob))
      assert.deepStrictEqual(yield* bodies(bob, conversation), ["hello"])
      yield* say(ann, conversation, "folded by a client")
      assert.lengthOf(yield* bodies(bob, conversation), 2)
      yield* bob.call.UnblockUser(about(ann))
      yield* failure(bob.call.GetConversation({ conversation: other.conversation }), "ConversationNotFound")
      yield* ann.call.AddToGroup(toGroup(other.conversation, bob))
      assert.include(yield* othersIn(bob, other.conversation), ann.id)
    }),
  )

  it.effect("who is kept from seeing a group is not there for the others in it", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = yield* people(3)
      assert(ann && bob && eve)
      for (const { call } of [bob, eve]) {
        for (const { id } of (yield* call.ListConversations({})).conversations) {
          yield* call.LeaveRoom({ commandId: commandId(), conversation: id })
        }
      }
      yield* bob.call.BlockUser(about(ann))
      const { conversation } = yield* open(ann, bob, eve)
      yield* takeUntil((yield* follow(bob)).items, isCaughtUp)
      yield* takeUntil((yield* follow(eve)).items, isCaughtUp)
      const near = Effect.fnUntraced(function* ({ call }: Person) {
        const { users } = yield* call.OnlineUsers({ limit: 100 })
        return users.map(({ user }) => user.id)
      })
      assert.notInclude(yield* near(eve), bob.id)
      assert.notInclude(yield* near(bob), eve.id)
      yield* eve.call.AddToGroup(toGroup(conversation, bob))
      assert.include(yield* near(eve), bob.id)
      assert.include(yield* near(bob), eve.id)
    }),
  )

  it.effect("whoever deletes their account leaves their groups, and is added to none", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* threePeople
      const dan = yield* signUp()
      yield* makeRoom(dan)
      const { items } = yield* follow(ann)
      yield* takeUntil(items, isCaughtUp)
      yield* eve.call.DeleteAccount({ password, erase: false })
      const log = conversationLog(conversation)
      const hasGone = (item: SyncItem) =>
        item._tag === "Event" && item.event.log === log && item.event.type === "MemberLeft"
      yield* takeUntil(items, hasGone)
      assert.deepStrictEqual(yield* othersIn(ann, conversation), [bob.id])
      yield* failure(ann.call.AddToGroup(toGroup(conversation, eve)), "UserNotFound")
      yield* failure(open(ann, dan, eve), "UserNotFound")
    }),
  )
}
