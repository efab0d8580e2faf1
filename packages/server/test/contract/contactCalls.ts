import { Body, Topic, Username } from "@chat/domain/Values"
import { UserId } from "@chat/domain/Ids"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { commandId, failure, messageId, newName, newRoomName, type Person, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const about = ({ id }: Pick<Person, "id">) => ({ commandId: commandId(), user: id })
const nobody = () => ({ commandId: commandId(), user: UserId.make(randomUUID()) })
const usernames = ({
  contacts,
}: {
  readonly contacts: ReadonlyArray<{ readonly user: { readonly username: string } }>
}) => contacts.map(({ user }) => user.username)

/** Whom somebody has to do with, as the lists say. */
const contactsOf = Effect.fnUntraced(function* ({ call }: Person) {
  return {
    friends: usernames(yield* call.ListFriends({})),
    sent: usernames(yield* call.ListFriendRequests({ direction: "sent" })),
    received: usernames(yield* call.ListFriendRequests({ direction: "received" })),
    blocks: usernames(yield* call.ListBlocks({})),
  }
})

const none = { friends: [], sent: [], received: [], blocks: [] }

const befriend = Effect.fnUntraced(function* (ann: Person, bob: Person) {
  yield* ann.call.SendFriendRequest(about(bob))
  yield* bob.call.AcceptFriendRequest(about(ann))
})

/** An id that names something else already. */
const usedBy = Effect.fnUntraced(function* ({ call }: Person) {
  const used = commandId()
  yield* call.CreateRoom({ commandId: used, name: newRoomName(), topic: Topic.make(""), history: "all" })
  return used
})

export const contactCalls = (it: It): void => {
  it.effect("SendFriendRequest is seen by both, once, and can be taken back", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const command = about(bob)
      const sent = yield* ann.call.SendFriendRequest(command)
      assert.deepStrictEqual(yield* ann.call.SendFriendRequest(command), sent)
      assert.deepStrictEqual(yield* contactsOf(ann), { ...none, sent: [bob.username] })
      assert.deepStrictEqual(yield* contactsOf(bob), { ...none, received: [ann.username] })
      const cancel = about(bob)
      const ended = yield* ann.call.CancelFriendRequest(cancel)
      assert.isAbove(ended.seq, sent.seq)
      // Nothing is left to cancel, and the second is no repeat of the first.
      assert.deepStrictEqual((yield* ann.call.CancelFriendRequest(about(bob))).seq, ended.seq)
      assert.deepStrictEqual(yield* contactsOf(ann), none)
      assert.deepStrictEqual(yield* contactsOf(bob), none)
      // Repeated ever so late, the first command has no further effect.
      assert.deepStrictEqual(yield* ann.call.SendFriendRequest(command), sent)
      assert.deepStrictEqual(yield* contactsOf(bob), none)
    }),
  )

  it.effect("SendFriendRequest to somebody who has asked makes friends, also when both ask at once", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const commands = [about(bob), about(ann)] as const
      const both = Effect.all([ann.call.SendFriendRequest(commands[0]), bob.call.SendFriendRequest(commands[1])], {
        concurrency: "unbounded",
      })
      const receipts = yield* both
      assert.deepStrictEqual(yield* contactsOf(ann), { ...none, friends: [bob.username] })
      assert.deepStrictEqual(yield* contactsOf(bob), { ...none, friends: [ann.username] })
      assert.deepStrictEqual(yield* both, receipts)
    }),
  )

  it.effect("AcceptFriendRequest, DeclineFriendRequest and RemoveFriend do so for both", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      yield* failure(bob.call.AcceptFriendRequest(about(ann)), "FriendRequestNotFound")
      yield* ann.call.SendFriendRequest(about(bob))
      // Who has asked cannot answer.
      yield* failure(ann.call.AcceptFriendRequest(about(bob)), "FriendRequestNotFound")
      yield* bob.call.DeclineFriendRequest(about(ann))
      assert.deepStrictEqual(yield* contactsOf(ann), none)
      assert.deepStrictEqual(yield* contactsOf(bob), none)
      yield* befriend(ann, bob)
      const added = yield* bob.call.AcceptFriendRequest(about(ann))
      assert.deepStrictEqual((yield* bob.call.SendFriendRequest(about(ann))).seq, added.seq)
      assert.deepStrictEqual((yield* bob.call.DeclineFriendRequest(about(ann))).seq, added.seq)
      assert.deepStrictEqual(yield* contactsOf(ann), { ...none, friends: [bob.username] })
      yield* ann.call.RemoveFriend(about(bob))
      assert.deepStrictEqual(yield* contactsOf(ann), none)
      assert.deepStrictEqual(yield* contactsOf(bob), none)
    }),
  )

  it.effect("ListFriends, ListFriendRequests and ListBlocks come in pages, in order", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const others = yield* Effect.replicateEffect(signUp(), 3)
      for (const other of others) {
        yield* ann.call.SendFriendRequest(about(other))
        yield* ann.call.BlockUser(about(other))
      }
      const names = others.map(({ username }) => username)
      const first = yield* ann.call.ListFriendRequests({ direction: "sent", limit: 2 })
      assert(first.next !== null)
      const rest = yield* ann.call.ListFriendRequests({ direction: "sent", limit: 2, after: first.next })
      assert.deepStrictEqual([...usernames(first), ...usernames(rest)], names)
      assert.isNull(rest.next)
      assert.deepStrictEqual(usernames(yield* ann.call.ListBlocks({})), names)
      yield* failure(ann.call.ListFriends({ after: "elsewhere" }), "BadRequest")
    }),
  )

  it.effect("SearchUsers says what people are to the caller, friends first among equals", () =>
    Effect.gen(function* () {
      const stem = `${newName()}-`
      const ann = yield* signUp()
      const [bob, cyd, dan, eve] = yield* Effect.forEach(["b", "c", "d", "e"] as const, (end) =>
        signUp(Username.make(`${stem}${end}`)),
      )
      assert(bob && cyd && dan && eve)
      yield* befriend(ann, eve)
      yield* ann.call.SendFriendRequest(about(cyd))
      yield* dan.call.SendFriendRequest(about(ann))
      const found = yield* ann.call.SearchUsers({ query: stem })
      assert.deepStrictEqual(
        found.filter(({ username }) => username.startsWith(stem)).map(({ id, relation }) => [id, relation]),
        [
          [eve.id, "friend"],
          [bob.id, "none"],
          [cyd.id, "requested"],
          [dan.id, "asked"],
        ],
      )
    }),
  )

  it.effect("the commands about somebody refuse strangers, oneself and an id in use", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const used = yield* usedBy(ann)
      const { call } = ann
      type Command = (payload: ReturnType<typeof about>) => Effect.Effect<unknown, { readonly _tag: string }>
      const commands: ReadonlyArray<Command> = [
        call.SendFriendRequest,
        call.CancelFriendRequest,
        call.AcceptFriendRequest,
        call.DeclineFriendRequest,
        call.RemoveFriend,
        call.BlockUser,
        call.UnblockUser,
      ]
      for (const command of commands) {
        const tagOf = (payload: ReturnType<typeof about>): Effect.Effect<string> =>
          Effect.match(command(payload), { onFailure: ({ _tag }) => _tag, onSuccess: () => "done" })
        assert.strictEqual(yield* tagOf(nobody()), "UserNotFound")
        assert.strictEqual(yield* tagOf(about(ann)), "BadRequest")
        assert.strictEqual(yield* tagOf({ commandId: used, user: bob.id }), "IdTaken")
      }
      yield* failure(ann.call.SetPreferences({ commandId: used, whoMayWrite: "friends" }), "IdTaken")
    }),
  )

  it.effect("the lists of an account have an end", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const [bob, cyd, dan, eve] = yield* Effect.replicateEffect(signUp(), 4)
      assert(bob && cyd && dan && eve)
      for (const other of [bob, cyd, dan]) {
        yield* befriend(other, ann)
        yield* ann.call.BlockUser(about(other))
      }
      const blocks = yield* failure(ann.call.BlockUser(about(eve)), "TooLarge")
      assert.deepStrictEqual({ ...blocks }, { ...blocks, what: "list of blocks", limit: 3, actual: 4 })
      yield* eve.call.SendFriendRequest(about(ann))
      yield* failure(ann.call.AcceptFriendRequest(about(eve)), "TooLarge")
      yield* failure(ann.call.SendFriendRequest(about(eve)), "TooLarge")
    }),
  )

  it.effect("SetPreferences decides who may open a direct conversation and write there", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const cyd = yield* signUp()
      assert.deepStrictEqual(yield* ann.call.GetPreferences(), { whoMayWrite: "everybody" })
      const { conversation } = yield* bob.call.OpenDirect(about(ann))
      const said = yield* say(bob, conversation)
      const set = yield* ann.call.SetPreferences({ commandId: commandId(), whoMayWrite: "friends" })
      assert.deepStrictEqual((yield* ann.call.SetPreferences({ commandId: commandId() })).seq, set.seq)
      assert.deepStrictEqual(yield* ann.call.GetPreferences(), { whoMayWrite: "friends" })
      const refused = yield* failure(say(bob, conversation), "FriendsOnly")
      assert.strictEqual(refused.user, ann.id)
      const change = { commandId: commandId(), conversation, message: said.id }
      yield* failure(bob.call.EditMessage({ ...change, body: Body.make("else") }), "FriendsOnly")
      const source = { conversation, seq: said.seq }
      yield* failure(bob.call.ForwardMessage({ conversation, id: messageId(), source }), "FriendsOnly")
      yield* failure(cyd.call.OpenDirect(about(ann)), "FriendsOnly")
      // What was stored before is known again, and what is there can be opened and taken back.
      assert.strictEqual(
        (yield* bob.call.PostMessage({ conversation, id: said.id, body: Body.make("hello") })).seq,
        said.seq,
      )
      assert.strictEqual((yield* bob.call.OpenDirect(about(ann))).conversation, conversation)
      yield* bob.call.DeleteMessage(change)
      yield* say(ann, conversation)
      yield* befriend(bob, ann)
      yield* say(bob, conversation)
      yield* ann.call.RemoveFriend(about(bob))
      yield* failure(say(bob, conversation), "FriendsOnly")
      yield* ann.call.SetPreferences({ commandId: commandId(), whoMayWrite: "everybody" })
      yield* say(bob, conversation)
    }),
  )

  it.effect("BlockUser keeps what the other one writes to themselves, for ever", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* bob.call.OpenDirect(about(ann))
      yield* ann.call.BlockUser(about(bob))
      yield* failure(ann.call.SendFriendRequest(about(bob)), "UserBlocked")
      const before = yield* ann.call.GetConversation({ conversation })
      const secret = yield* say(bob, conversation, "are you there?")
      yield* bob.call.SendFriendRequest(about(ann))
      assert.deepStrictEqual(yield* contactsOf(bob), { ...none, sent: [ann.username] })
      assert.deepStrictEqual(yield* contactsOf(ann), { ...none, blocks: [bob.username] })
      yield* ann.call.UnblockUser(about(bob))
      yield* failure(ann.call.AcceptFriendRequest(about(bob)), "FriendRequestNotFound")
      const { unread, lastMessage } = yield* ann.call.GetConversation({ conversation })
      assert.deepStrictEqual({ unread, lastMessage }, { unread: before.unread, lastMessage: before.lastMessage })
      assert.deepStrictEqual((yield* ann.call.History({ conversation })).messages, [])
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).lastMessage?.id, secret.id)
      // From now on they hear each other, and what was asked can be asked again.
      yield* say(bob, conversation, "and now?")
      yield* bob.call.SendFriendRequest(about(ann))
      assert.deepStrictEqual(yield* contactsOf(ann), { ...none, received: [bob.username] })
      assert.strictEqual((yield* ann.call.GetConversation({ conversation })).unread, 1)
      yield* failure(
        ann.call.EditMessage({ commandId: commandId(), conversation, message: secret.id, body: Body.make("?") }),
        "MessageNotFound",
      )
      assert.lengthOf((yield* ann.call.History({ conversation })).messages, 1)
    }),
  )
}
