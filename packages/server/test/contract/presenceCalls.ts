import { ConversationId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { takeUntil } from "../support/core.ts"
import { commandId, failure, follow, isCaughtUp, makeRoom, type Person, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"
import { Transport } from "./transports.ts"

const isPresence = (item: SyncItem) => item._tag === "PresenceChanged"

/** The next word of how somebody is seen. */
const seen = (items: Effect.Success<ReturnType<typeof follow>>["items"], { id }: Person) =>
  Effect.gen(function* () {
    while (true) {
      const item = (yield* takeUntil(items, isPresence)).at(-1)
      const found = item?._tag === "PresenceChanged" ? item.users.find(({ user }) => user === id) : undefined
      if (found !== undefined) return found
    }
  })

const isAbout = (item: SyncItem, { id }: Person) =>
  item._tag === "PresenceChanged" && item.users.some(({ user }) => user === id)

const leaveAll = Effect.fnUntraced(function* ({ call }: Person) {
  for (const { id } of (yield* call.ListConversations({})).conversations) {
    yield* call.LeaveRoom({ commandId: commandId(), conversation: id })
  }
})

const two = Effect.gen(function* () {
  const [ann, bob] = [yield* signUp(), yield* signUp()]
  const { conversation } = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
  return { ann, bob, conversation }
})

/** Follows, and has a conversation in view. */
const inView = Effect.fnUntraced(function* (person: Person, conversation: ConversationId) {
  const { items, stop } = yield* follow(person)
  yield* takeUntil(items, isCaughtUp)
  const answer = yield* person.call.Watch({ conversations: [conversation] })
  return { items, stop, answer }
})

/** Everybody who is there, as somebody sees it. */
const online = Effect.fnUntraced(function* ({ call }: Person) {
  const found: Array<string> = []
  let after: string | null = null
  do {
    const page: Effect.Success<ReturnType<typeof call.OnlineUsers>> = yield* call.OnlineUsers({
      limit: 100,
      ...(after === null ? {} : { after }),
    })
    for (const { user } of page.users) found.push(user.id)
    after = page.next
  } while (after !== null)
  return found
})

export const presenceCalls = (it: It): void => {
  it.effect("Watch answers how members are seen, and leaves out what one is not in", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* two
      const eve = yield* signUp()
      const offline = { user: bob.id, state: "offline", lastSeen: null } as const
      assert.deepStrictEqual(yield* ann.call.Watch({ conversations: [conversation] }), [offline])
      assert.deepStrictEqual(yield* eve.call.Watch({ conversations: [conversation] }), [])
      const many = Array.from({ length: 51 }, () => ConversationId.make(randomUUID()))
      const refused = yield* failure(ann.call.Watch({ conversations: many }), "TooLarge")
      assert.deepStrictEqual([refused.limit, refused.actual], [50, 51])
    }),
  )

  it.effect("SetPresence is kept, once, and is what others see", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* two
      yield* inView(bob, conversation)
      const look = Effect.map(ann.call.Watch({ conversations: [conversation] }), ([found]) => found)
      assert.strictEqual((yield* look)?.state, "online")
      const command = { commandId: commandId(), state: "dnd" } as const
      const first = yield* bob.call.SetPresence(command)
      assert.deepStrictEqual(yield* bob.call.SetPresence(command), first)
      assert.deepStrictEqual(yield* bob.call.SetPresence({ ...command, commandId: commandId() }), first)
      yield* failure(bob.call.OpenDirect({ commandId: command.commandId, user: ann.id }), "IdTaken")
      yield* failure(
        Effect.flatMap(makeRoom(bob), ({ conversation }) =>
          Effect.gen(function* () {
            const used = commandId()
            yield* bob.call.LeaveRoom({ commandId: used, conversation })
            return yield* bob.call.SetPresence({ commandId: used, state: "away" })
          }),
        ),
        "IdTaken",
      )
      assert.strictEqual((yield* look)?.state, "dnd")
      yield* bob.call.SetPresence({ commandId: commandId(), state: "invisible" })
      assert.deepStrictEqual(yield* look, { user: bob.id, state: "offline", lastSeen: null })
      const { users } = yield* ann.call.OnlineUsers({ limit: 100 })
      assert.isFalse(users.some(({ user }) => user.id === bob.id))
    }),
  )

  it.effect("who comes and goes is told to those who have them in view", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      if (!lasting) return
      const { ann, bob, conversation } = yield* two
      const { items } = yield* inView(ann, conversation)
      const { stop } = yield* follow(bob)
      assert.deepStrictEqual(yield* seen(items, bob), { user: bob.id, state: "online", lastSeen: null })
      yield* bob.call.SetPresence({ commandId: commandId(), state: "away" })
      assert.strictEqual((yield* seen(items, bob)).state, "away")
      yield* stop
      const gone = yield* seen(items, bob)
      assert.strictEqual(gone.state, "offline")
      assert.isNotNull(gone.lastSeen)
    }),
  )

  it.effect("friends are in view wherever one looks, until they are friends no longer", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      // Everybody meets in the rooms that everybody starts in.
      for (const person of [ann, bob, eve]) yield* leaveAll(person)
      for (const { call } of [bob, eve]) yield* call.SendFriendRequest({ commandId: commandId(), user: ann.id })
      yield* ann.call.AcceptFriendRequest({ commandId: commandId(), user: bob.id })
      const offline = { user: bob.id, state: "offline", lastSeen: null } as const
      assert.deepStrictEqual(yield* ann.call.Watch({ conversations: [] }), [offline])
      // The id of somebody's account is not that of their friends.
      const account = ConversationId.make(ann.id)
      assert.deepStrictEqual(yield* bob.call.Watch({ conversations: [account] }), [{ ...offline, user: ann.id }])
      assert.deepStrictEqual(yield* eve.call.Watch({ conversations: [account] }), [])
      if (!lasting) return
      const { items } = yield* follow(ann)
      yield* takeUntil(items, isCaughtUp)
      yield* ann.call.Watch({ conversations: [] })
      yield* follow(bob)
      assert.strictEqual((yield* seen(items, bob)).state, "online")
      // Who becomes a friend comes into view.
      yield* follow(eve)
      yield* ann.call.AcceptFriendRequest({ commandId: commandId(), user: eve.id })
      assert.strictEqual((yield* seen(items, eve)).state, "online")
      yield* bob.call.RemoveFriend({ commandId: commandId(), user: ann.id })
      yield* bob.call.SetPresence({ commandId: commandId(), state: "dnd" })
      yield* eve.call.SetPresence({ commandId: commandId(), state: "away" })
      const told = (yield* takeUntil(items, (item) => isPresence(item) && isAbout(item, eve))).filter(isPresence)
      assert.isFalse(told.some((item) => isAbout(item, bob)))
      const left = yield* ann.call.Watch({ conversations: [] })
      assert.deepStrictEqual(
        left.map(({ user, state }) => [user, state] as const),
        [[eve.id, "away"]],
      )
    }),
  )

  it.effect("a block makes each of two invisible to the other, at once and until it ends", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      const { ann, bob, conversation } = yield* two
      const near = yield* inView(ann, conversation)
      const far = yield* inView(bob, conversation)
      if (lasting) assert.strictEqual((yield* seen(near.items, bob)).state, "online")
      yield* ann.call.BlockUser({ commandId: commandId(), user: bob.id })
      const hidden = ({ id }: Person) => ({ user: id, state: "offline", lastSeen: null }) as const
      if (lasting) {
        assert.deepStrictEqual(yield* seen(near.items, bob), hidden(bob))
        assert.deepStrictEqual(yield* seen(far.items, ann), hidden(ann))
      }
      for (const [viewer, other] of [[ann, bob] as const, [bob, ann] as const]) {
        assert.deepStrictEqual(yield* viewer.call.Watch({ conversations: [conversation] }), [hidden(other)])
        assert.notInclude(yield* online(viewer), other.id)
      }
      // Neither a change nor a word of writing, in a room either: what comes next is of somebody else.
      const cyd = yield* signUp()
      const room = (yield* makeRoom(ann)).conversation
      for (const { call } of [bob, cyd]) yield* call.JoinRoom({ commandId: commandId(), conversation: room })
      for (const { call } of [ann, bob]) yield* call.Watch({ conversations: [room] })
      yield* bob.call.SetPresence({ commandId: commandId(), state: "dnd" })
      yield* bob.call.Typing({ conversation: room })
      yield* ann.call.Typing({ conversation: room })
      yield* cyd.call.Typing({ conversation: room })
      if (lasting) {
        const { stop } = yield* follow(cyd)
        for (const [{ items }, other] of [[near, bob] as const, [far, ann] as const]) {
          const told = yield* takeUntil(
            items,
            (item) => item._tag === "PresenceChanged" && item.users.some(({ user }) => user === cyd.id),
          )
          const ofThem = told.filter(
            (item) =>
              (item._tag === "TypingChanged" && item.user.id === other.id) ||
              (item._tag === "PresenceChanged" && item.users.some(({ user }) => user === other.id)),
          )
          assert.deepStrictEqual(ofThem, [])
          assert.isTrue(told.some((item) => item._tag === "TypingChanged" && item.user.id === cyd.id))
        }
        yield* stop
      }
      yield* ann.call.UnblockUser({ commandId: commandId(), user: bob.id })
      if (lasting) {
        assert.strictEqual((yield* seen(near.items, bob)).state, "dnd")
        assert.strictEqual((yield* seen(far.items, ann)).state, "online")
      }
      assert.include(yield* online(ann), bob.id)
    }),
  )

  it.effect("OnlineUsers are friends also, who share no conversation", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      for (const { call } of [ann, bob]) {
        for (const { id } of (yield* call.ListConversations({})).conversations) {
          yield* call.LeaveRoom({ commandId: commandId(), conversation: id })
        }
      }
      yield* takeUntil((yield* follow(bob)).items, isCaughtUp)
      assert.notInclude(yield* online(ann), bob.id)
      yield* ann.call.SendFriendRequest({ commandId: commandId(), user: bob.id })
      yield* bob.call.AcceptFriendRequest({ commandId: commandId(), user: ann.id })
      assert.include(yield* online(ann), bob.id)
      yield* bob.call.BlockUser({ commandId: commandId(), user: ann.id })
      assert.notInclude(yield* online(ann), bob.id)
    }),
  )

  it.effect("Heartbeat says for how long nobody was there", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      const { ann, bob, conversation } = yield* two
      yield* inView(bob, conversation)
      yield* bob.call.Heartbeat({ idle: 0 })
      const look = Effect.map(ann.call.Watch({ conversations: [conversation] }), ([found]) => found?.state)
      assert.strictEqual(yield* look, "online")
      if (!lasting) return
      const eve = yield* signUp()
      const room = yield* ann.call.OpenDirect({ commandId: commandId(), user: eve.id })
      const { items } = yield* follow(eve)
      yield* takeUntil(items, isCaughtUp)
      // Of a device that has just come back.
      yield* eve.call.Heartbeat({ idle: 20 * 60_000 })
      const [found] = yield* ann.call.Watch({ conversations: [room.conversation] })
      assert.strictEqual(found?.state, "away")
      yield* eve.call.Me()
      const [active] = yield* ann.call.Watch({ conversations: [room.conversation] })
      assert.strictEqual(active?.state, "online")
    }),
  )

  it.effect("OnlineUsers are those who are there and near, in pages", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversations } = yield* eve.call.ListConversations({})
      for (const { id } of conversations) yield* eve.call.LeaveRoom({ commandId: commandId(), conversation: id })
      const { conversation } = yield* makeRoom(ann)
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      for (const person of [ann, bob, eve]) yield* takeUntil((yield* follow(person)).items, isCaughtUp)
      const found: Array<string> = []
      let after: string | null = null
      do {
        const page: Effect.Success<ReturnType<typeof ann.call.OnlineUsers>> = yield* ann.call.OnlineUsers({
          limit: 1,
          ...(after === null ? {} : { after }),
        })
        for (const { user } of page.users) found.push(user.id)
        after = page.next
      } while (after !== null)
      assert.include(found, bob.id)
      assert.notInclude(found, eve.id)
      assert.notInclude(found, ann.id)
      assert.strictEqual(new Set(found).size, found.length)
      yield* failure(ann.call.OnlineUsers({ after: "nonsense" }), "BadRequest")
    }),
  )

  it.effect("Typing reaches who has it in view, and nobody else", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      const { ann, bob, conversation } = yield* two
      const eve = yield* signUp()
      yield* failure(eve.call.Typing({ conversation }), "ConversationNotFound")
      const room = yield* makeRoom(ann)
      yield* failure(eve.call.Typing({ conversation: room.conversation }), "NotMember")
      yield* bob.call.Typing({ conversation })
      if (!lasting) return
      const near = yield* inView(ann, conversation)
      const far = yield* inView(eve, conversation)
      // The first was said just now: the post makes it count again.
      const { seq } = yield* say(bob, conversation)
      yield* bob.call.Typing({ conversation })
      yield* bob.call.Typing({ conversation })
      const items = yield* takeUntil(near.items, ({ _tag }) => _tag === "TypingChanged")
      const typing = items.at(-1)
      assert(typing?._tag === "TypingChanged")
      assert.deepStrictEqual([typing.user.id, typing.thread, typing.conversation], [bob.id, null, conversation])
      const last = yield* say(bob, conversation)
      const rest = yield* takeUntil(near.items, (item) => item._tag === "Event" && item.event.seq === last.seq)
      assert.isTrue(last.seq > seq)
      assert.isFalse(
        rest.some(({ _tag }) => _tag === "TypingChanged"),
        "the second was too soon",
      )
      const own = yield* makeRoom(eve)
      const strangers = yield* takeUntil(
        far.items,
        (item) => item._tag === "ConversationSnapshot" && item.conversation.id === own.conversation,
      )
      assert.isFalse(strangers.some(({ _tag }) => _tag === "TypingChanged" || _tag === "PresenceChanged"))
    }),
  )
}
