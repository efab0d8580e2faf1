import { type ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { Message } from "@chat/domain/Message"
import { applyAll } from "@chat/domain/state/apply"
import { cursors, empty, type State } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Bio, DisplayName, Email, StatusText, Timestamp, Topic, Username } from "@chat/domain/Values"
import type { ExportItem } from "@chat/domain/ExportRpcs"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { randomUUID } from "node:crypto"
import {
  again,
  commandId,
  connect,
  device,
  emailOf,
  failure,
  follow,
  isCaughtUp,
  makeRoom,
  newName,
  newRoomName,
  password,
  say,
  signUp,
} from "./people.ts"
import { takeUntil } from "../support/core.ts"
import type { It } from "./suite.ts"

const newPassword = "blue lantern over water"

export const accountCalls = (it: It): void => {
  it.effect("UpdateProfile shows others what was changed, and leaves the rest", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const name = DisplayName.make("Ann Å.")
      const command = { commandId: commandId(), name, bio: Bio.make("Likes tea"), status: StatusText.make("away") }
      const receipt = yield* ann.call.UpdateProfile(command)
      yield* ann.call.UpdateProfile({ commandId: commandId(), statusUntil: Timestamp.make("2026-01-01T00:00:00.000Z") })
      // Its end has passed.
      const user = { id: ann.id, username: ann.username, name, rev: 1 }
      assert.deepStrictEqual(yield* bob.call.GetUser({ id: ann.id }), { ...user, bio: command.bio })
      assert.deepStrictEqual(yield* bob.call.SearchUsers({ query: ann.username, limit: 1 }), [
        { ...user, relation: "none" },
      ])
      assert.deepStrictEqual(yield* ann.call.Me(), { ...ann.account, name })
      yield* ann.call.UpdateProfile({ commandId: commandId(), name: null, bio: Bio.make("") })
      assert.deepStrictEqual(yield* ann.call.UpdateProfile(command), receipt)
      assert.deepStrictEqual(yield* ann.call.Me(), ann.account)
    }),
  )

  it.effect("ChangeUsername frees the old name, and refuses one that somebody has", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const username = newName()
      const command = { commandId: commandId(), username }
      const receipt = yield* ann.call.ChangeUsername(command)
      assert.deepStrictEqual(yield* ann.call.ChangeUsername(command), receipt)
      assert.strictEqual((yield* bob.call.GetUser({ username })).id, ann.id)
      yield* failure(bob.call.GetUser({ username: ann.username }), "UserNotFound")
      yield* failure(bob.call.ChangeUsername({ ...command, commandId: commandId() }), "UsernameTaken")
      const reserved = Username.make("deleted-0123456789ab")
      yield* failure(bob.call.ChangeUsername({ commandId: commandId(), username: reserved }), "UsernameTaken")
      yield* bob.call.ChangeUsername({ commandId: commandId(), username: ann.username })
    }),
  )

  it.effect("ChangeUsername reaches whoever shares a conversation, live and on coming back, and nobody else", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const eve = yield* signUp()
      const { conversation } = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
      const at = yield* follow(bob)
      const before = yield* takeUntil(at.items, isCaughtUp)
      // Everybody meets in the rooms that everybody starts in.
      for (const { id } of (yield* eve.call.ListConversations({})).conversations) {
        yield* eve.call.LeaveRoom({ commandId: commandId(), conversation: id })
      }
      const strange = yield* follow(eve)
      yield* takeUntil(strange.items, isCaughtUp)
      const username = newName()
      yield* ann.call.ChangeUsername({ commandId: commandId(), username })
      const user = { id: ann.id, username, rev: 1 }
      const [changed] = (yield* takeUntil(at.items, (item) => item._tag === "UserChanged")).slice(-1)
      assert.deepStrictEqual(changed, { _tag: "UserChanged", user })
      yield* at.stop
      const state = applyAll(empty, before)
      assert.strictEqual(state.conversations.get(conversation)?.peer?.username, ann.username)
      const back = yield* follow(bob, {
        cursors: cursors(state),
        ...(state.stamp === null ? {} : { stamp: state.stamp }),
      })
      const missed = applyAll(state, yield* takeUntil(back.items, isCaughtUp))
      assert.deepStrictEqual(missed.conversations.get(conversation)?.peer, user)
      const other = yield* signUp()
      yield* eve.call.OpenDirect({ commandId: commandId(), user: other.id })
      const seen = yield* takeUntil(strange.items, (item) => item._tag === "ConversationSnapshot")
      assert.notInclude(
        seen.map(({ _tag }) => _tag),
        "UserChanged",
      )
    }),
  )

  it.effect("friends who share no conversation are who they are now, live and on coming back", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      // Everybody meets in the rooms that everybody starts in. A friend of later is nobody whom one has met.
      for (const { call } of [ann, bob]) {
        for (const { id } of (yield* call.ListConversations({})).conversations) {
          yield* call.LeaveRoom({ commandId: commandId(), conversation: id })
        }
      }
      yield* ann.call.SendFriendRequest({ commandId: commandId(), user: bob.id })
      yield* bob.call.AcceptFriendRequest({ commandId: commandId(), user: ann.id })
      const friendOf = (state: State) => state.account?.contacts.friends[0]?.user
      const at = yield* follow(bob)
      const begun = applyAll(empty, yield* takeUntil(at.items, isCaughtUp))
      assert.strictEqual(friendOf(begun)?.username, ann.username)
      const username = newName()
      yield* ann.call.ChangeUsername({ commandId: commandId(), username })
      const isNew = (item: SyncItem) => item._tag === "UserChanged" && item.user.username === username
      const live = applyAll(begun, yield* takeUntil(at.items, isNew))
      assert.deepStrictEqual(friendOf(live), { id: ann.id, username, rev: 1 })
      yield* at.stop
      const name = DisplayName.make("Ann Other")
      yield* ann.call.UpdateProfile({ commandId: commandId(), name, status: StatusText.make("at lunch") })
      const request = { cursors: cursors(live), ...(live.stamp === null ? {} : { stamp: live.stamp }) }
      const back = yield* follow(yield* again(bob), request)
      const after = applyAll(live, yield* takeUntil(back.items, isCaughtUp))
      assert.deepInclude(friendOf(after), { username, name })
      assert.strictEqual((yield* bob.call.GetUser({ id: ann.id })).status, "at lunch")
    }),
  )

  it.effect("ChangeEmail asks for the password, and refuses an address that somebody has", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const email = emailOf(newName())
      const command = { commandId: commandId(), password, email }
      yield* failure(ann.call.ChangeEmail({ ...command, password: newPassword }), "WrongPassword")
      const receipt = yield* ann.call.ChangeEmail(command)
      assert.deepStrictEqual(yield* ann.call.ChangeEmail(command), receipt)
      assert.deepStrictEqual(yield* ann.call.Me(), { ...ann.account, email })
      const shouted = Email.make(email.toUpperCase())
      yield* failure(bob.call.ChangeEmail({ ...command, commandId: commandId(), email: shouted }), "EmailTaken")
    }),
  )

  it.effect("what is about the account refuses an id that is in use for something else", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const used = commandId()
      yield* ann.call.CreateRoom({ commandId: used, name: newRoomName(), topic: Topic.make(""), history: "all" })
      const command = { commandId: used }
      yield* failure(ann.call.UpdateProfile({ ...command, name: null, bio: Bio.make("new") }), "IdTaken")
      yield* failure(ann.call.ChangeUsername({ ...command, username: newName() }), "IdTaken")
      yield* failure(ann.call.ChangeEmail({ ...command, password, email: emailOf(newName()) }), "IdTaken")
      yield* failure(ann.call.ChangePassword({ ...command, oldPassword: password, newPassword }), "IdTaken")
    }),
  )

  it.effect("DeleteAccount leaves a user whom nobody can be, and conversations that the others can read", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const room = yield* makeRoom(bob)
      yield* ann.call.JoinRoom({ commandId: commandId(), conversation: room.conversation })
      const direct = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
      yield* say(ann, direct.conversation, "stays")
      const at = yield* follow(bob)
      yield* takeUntil(at.items, isCaughtUp)
      yield* failure(ann.call.DeleteAccount({ password: newPassword, erase: false }), "WrongPassword")
      yield* ann.call.DeleteAccount({ password, erase: false })
      yield* failure((yield* again(ann)).call.Me(), "Unauthenticated")
      const { call } = yield* connect
      yield* failure(call.LogIn({ login: ann.username, password, device }), "InvalidCredentials")
      yield* failure(bob.call.GetUser({ username: ann.username }), "UserNotFound")
      const gone = { id: ann.id, username: `deleted-${ann.id.slice(-12)}`, rev: 1, deleted: true as const }
      assert.deepStrictEqual(yield* bob.call.GetUser({ id: ann.id }), {
        ...gone,
        username: Username.make(gone.username),
      })
      yield* takeUntil(at.items, (item) => {
        const { event } = item._tag === "Event" ? item : { event: undefined }
        return event?.type === "MemberLeft" && event.log === conversationLog(room.conversation)
      })
      const { members } = yield* bob.call.ListMembers({ conversation: room.conversation })
      assert.deepStrictEqual(
        members.map(({ user }) => user.id),
        [bob.id],
      )
      const { messages } = yield* bob.call.History({ conversation: direct.conversation })
      assert.deepStrictEqual(
        messages.map(({ body, author }) => `${body} ${author.deleted}`),
        ["stays true"],
      )
      const eve = yield* signUp()
      yield* failure(eve.call.OpenDirect({ commandId: commandId(), user: ann.id }), "UserNotFound")
      // The name and the address are free.
      const next = yield* signUp(ann.username)
      assert.notStrictEqual(next.id, ann.id)
    }),
  )

  it.effect("DeleteAccount with erase deletes all that was written, also where one had left", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const room = yield* makeRoom(bob)
      yield* ann.call.JoinRoom({ commandId: commandId(), conversation: room.conversation })
      yield* say(ann, room.conversation, "in the room")
      yield* ann.call.LeaveRoom({ commandId: commandId(), conversation: room.conversation })
      const direct = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
      yield* say(bob, direct.conversation, "mine")
      yield* say(ann, direct.conversation, "between us")
      const at = yield* follow(bob)
      yield* takeUntil(at.items, isCaughtUp)
      yield* ann.call.DeleteAccount({ password, erase: true })
      for (let deleted = 0; deleted < 2; deleted++) {
        yield* takeUntil(at.items, (item) => item._tag === "Event" && item.event.type === "MessageDeleted")
      }
      const bodies = Effect.fnUntraced(function* (conversation: ConversationId) {
        return (yield* bob.call.History({ conversation })).messages.map(({ body }) => body)
      })
      assert.deepStrictEqual(yield* bodies(room.conversation), [null])
      assert.deepStrictEqual(yield* bodies(direct.conversation), ["mine", null])
    }),
  )

  it.effect("Export holds all that concerns an account, in parts, and nothing that it cannot see", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const writers = [yield* signUp(), yield* signUp(), yield* signUp()] as const
      const [bob] = writers
      const room = yield* makeRoom(bob, "joined")
      yield* say(bob, room.conversation, "before ann")
      for (const person of [ann, ...writers.slice(1)]) {
        yield* person.call.JoinRoom({ commandId: commandId(), conversation: room.conversation })
      }
      yield* Effect.forEach(
        writers,
        (writer) => Effect.forEach(Array.from({ length: 35 }), () => say(writer, room.conversation, "in between")),
        { concurrency: "unbounded" },
      )
      yield* ann.call.LeaveRoom({ commandId: commandId(), conversation: room.conversation })
      yield* say(bob, room.conversation, "after ann")
      const direct = yield* bob.call.OpenDirect({ commandId: commandId(), user: ann.id })
      yield* say(ann, direct.conversation, "mine")
      const items: Array<ExportItem> = []
      let after: string | null | undefined
      while (after !== null) {
        const part = yield* ann.call.Export(after === undefined ? {} : { after })
        items.push(...part.items)
        after = part.next
      }
      const of = (type: string) => items.filter((item) => item.type === type).map(({ data }) => data)
      assert.deepStrictEqual(of("account"), [ann.account])
      assert.deepStrictEqual(of("profile"), [{ id: ann.id, username: ann.username }])
      assert.deepInclude(of("session")[0], { id: ann.session.id, current: true })
      assert.deepInclude(of("audit").at(-1), { action: "sign-up" })
      assert.deepInclude(of("event")[0], { seq: 1, type: "AccountCreated" })
      assert.deepInclude(of("conversation"), { id: room.conversation })
      const messages = yield* Schema.decodeUnknownEffect(Schema.Array(Message))(of("message"))
      const within = (conversation: ConversationId) =>
        messages.filter((message) => message.conversation === conversation)
      const inRoom = within(room.conversation)
      assert.lengthOf(inRoom, 105)
      assert.deepStrictEqual(new Set(inRoom.map(({ body }) => String(body))), new Set(["in between"]))
      assert.deepStrictEqual(
        inRoom.toSorted((a, b) => a.seq - b.seq),
        inRoom,
      )
      assert.deepStrictEqual(
        within(direct.conversation).map(({ body }) => String(body)),
        ["mine"],
      )
      yield* failure(ann.call.Export({ after: "elsewhere" }), "BadRequest")
    }),
  )

  it.effect("ChangePassword ends every other session, and is done once", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const { call, connection } = yield* connect
      const login = { login: ann.username, password, device }
      connection.token = (yield* call.LogIn(login)).tokens.accessToken
      const command = { commandId: commandId(), oldPassword: password, newPassword }
      yield* failure(ann.call.ChangePassword({ ...command, oldPassword: newPassword }), "WrongPassword")
      yield* failure(ann.call.ChangePassword({ ...command, newPassword: "short" }), "WeakPassword")
      const receipt = yield* ann.call.ChangePassword(command)
      assert.deepStrictEqual(yield* ann.call.ChangePassword(command), receipt)
      yield* failure((yield* again({ connection })).call.Me(), "Unauthenticated")
      assert.deepStrictEqual(yield* ann.call.Me(), ann.account)
      const before = yield* connect
      yield* failure(before.call.LogIn(login), "InvalidCredentials")
      yield* before.call.LogIn({ ...login, password: newPassword })
    }),
  )

  it.effect("Me is the account that calls", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      assert.deepStrictEqual(yield* ann.call.Me(), ann.account)
    }),
  )

  it.effect("SearchUsers finds those whose name begins so first, and no more than asked for", () =>
    Effect.gen(function* () {
      // Like no other name: those that are more alike come first.
      const stem = `${randomUUID().slice(0, 13)}-`
      const inside = yield* signUp(Username.make(`0${stem}`))
      const ahead = yield* signUp(Username.make(`${stem}0`))
      const found = yield* ahead.call.SearchUsers({ query: stem })
      assert.deepStrictEqual(found[0], { id: ahead.id, username: ahead.username, relation: "self" })
      assert.isTrue(found.some(({ id }) => id === inside.id))
      assert.lengthOf(yield* ahead.call.SearchUsers({ query: stem, limit: 1 }), 1)
    }),
  )

  it.effect("GetUser knows people by id and by name", () =>
    Effect.gen(function* () {
      const { call, id, username } = yield* signUp()
      assert.deepStrictEqual(yield* call.GetUser({ id }), { id, username })
      assert.deepStrictEqual(yield* call.GetUser({ username }), { id, username })
      const nobody = UserId.make(randomUUID())
      assert.strictEqual((yield* failure(call.GetUser({ id: nobody }), "UserNotFound")).user, nobody)
      const noName = newName()
      assert.strictEqual((yield* failure(call.GetUser({ username: noName }), "UserNotFound")).user, noName)
    }),
  )
}
