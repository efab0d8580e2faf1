// Invitations of people to rooms.
import type { RoomAccess } from "@chat/domain/Room"
import { accountLog, type ConversationId, UserId } from "@chat/domain/Ids"
import { BanReason } from "@chat/domain/Room"
import { applyAll } from "@chat/domain/state/apply"
import { empty } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Seq, Topic } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { takeUntil } from "../support/core.ts"
import { adminNames } from "../support/node.ts"
import { again, commandId, failure, follow, isCaughtUp, newRoomName, password, type Person, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const secret = "tulip meadow ladder"

const roomWith = Effect.fnUntraced(function* ({ call }: Person, access: RoomAccess = "private") {
  const name = newRoomName()
  const made = yield* call.CreateRoom({
    commandId: commandId(),
    name,
    topic: Topic.make("What grows"),
    history: "all",
    access,
    ...(access === "password" ? { password: secret } : {}),
  })
  return { conversation: made.conversation, name }
})

const to = ({ id }: Pick<Person, "id">, conversation: ConversationId) => ({
  commandId: commandId(),
  conversation,
  user: id,
})
const invite = ({ call }: Person, guest: Person, conversation: ConversationId) =>
  call.InviteToRoom(to(guest, conversation))
const join = ({ call }: Person, conversation: ConversationId, shown: { readonly password?: string } = {}) =>
  call.JoinRoom({ commandId: commandId(), conversation, ...shown })
const decline = ({ call }: Person, conversation: ConversationId) =>
  call.DeclineInvitation({ commandId: commandId(), conversation })

const roomsOf = Effect.fnUntraced(function* ({ call }: Person) {
  return (yield* call.ListInvitations({})).invitations.map(({ conversation }) => conversation)
})
const guestsOf = Effect.fnUntraced(function* ({ call }: Person, conversation: ConversationId) {
  return (yield* call.ListRoomInvitations({ conversation })).invitations.map(({ user, by }) => [user.id, by.id])
})

/** What the account's own log says of invitations. */
const toldTo = Effect.fnUntraced(function* ({ call, id }: Person) {
  const { items } = yield* call.ReadLog({ log: accountLog(id), after: Seq.make(0), limit: 100 })
  return items.flatMap((item) => {
    if (item._tag === "Skip") return []
    const { type, data } = item.event
    if (type === "InvitationEnded") return [data.outcome]
    return type === "InvitationReceived" ? [`from ${data.by.username}`] : []
  })
})

const invitationsAfter = (items: ReadonlyArray<SyncItem>) => applyAll(empty, items).account?.invitations

/** What a device knows that comes only now. */
const known = Effect.fnUntraced(function* (person: Person) {
  const { items, stop } = yield* follow(yield* again(person))
  const found = invitationsAfter(yield* takeUntil(items, isCaughtUp))
  yield* stop
  return found
})

export const invitationCalls = (it: It): void => {
  it.effect("InviteToRoom lets somebody into any room, who sees of it what it is, and is told once", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      for (const access of ["private", "password", "public"] as const) {
        const { conversation, name } = yield* roomWith(ann, access)
        const command = to(bob, conversation)
        const sent = yield* ann.call.InviteToRoom(command)
        assert.deepStrictEqual(yield* ann.call.InviteToRoom(command), sent)
        assert.strictEqual((yield* invite(ann, bob, conversation)).seq, sent.seq, "there is one already")
        const [invitation, ...others] = (yield* bob.call.ListInvitations({})).invitations
        assert.deepStrictEqual(others, [])
        const by = { id: ann.id, username: ann.username }
        const facts = { conversation, name, topic: Topic.make("What grows"), memberCount: 1, by }
        assert.deepStrictEqual({ ...invitation, at: "" }, { ...facts, at: "" })
        assert.deepStrictEqual(yield* known(bob), invitation && [invitation])
        yield* failure(bob.call.GetConversation({ conversation }), "ConversationNotFound")
        const coming = { commandId: commandId(), conversation }
        const joined = yield* bob.call.JoinRoom(coming)
        assert.deepStrictEqual(yield* bob.call.JoinRoom(coming), joined)
        assert.strictEqual((yield* bob.call.GetConversation({ conversation })).memberCount, 2)
        assert.deepStrictEqual([yield* roomsOf(bob), yield* guestsOf(ann, conversation)], [[], []])
        yield* bob.call.LeaveRoom({ commandId: commandId(), conversation })
        if (access === "private") yield* failure(join(bob, conversation), "ConversationNotFound")
        if (access === "password") yield* failure(join(bob, conversation), "RoomPasswordRequired")
      }
      assert.deepStrictEqual(
        yield* toldTo(bob),
        ["private", "password", "public"].flatMap(() => [`from ${ann.username}`, "joined"]),
      )
      assert.deepStrictEqual(yield* toldTo(ann), [])
    }),
  )

  it.effect("an invitation comes to a device that is there and to one that was away, as the list has it", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      const [first, second] = [yield* roomWith(ann), yield* roomWith(ann)]
      const device = yield* follow(bob)
      const seen = [...(yield* takeUntil(device.items, isCaughtUp))]
      const own = seen.find((item) => item._tag === "AccountSnapshot")
      assert(own !== undefined)
      const until = (type: string) => (item: SyncItem) => item._tag === "Event" && item.event.type === type
      yield* invite(ann, bob, first.conversation)
      seen.push(...(yield* takeUntil(device.items, until("InvitationReceived"))))
      yield* invite(ann, bob, second.conversation)
      seen.push(...(yield* takeUntil(device.items, until("InvitationReceived"))))
      assert.deepStrictEqual(invitationsAfter(seen), (yield* bob.call.ListInvitations({})).invitations)
      yield* decline(bob, first.conversation)
      seen.push(...(yield* takeUntil(device.items, until("InvitationEnded"))))
      assert.deepStrictEqual(invitationsAfter(seen), yield* known(bob))
      yield* ann.call.RevokeInvitation(to(bob, second.conversation))
      const cursor = { log: accountLog(bob.id), seq: own.seq, mark: own.mark }
      const later = yield* follow(yield* again(bob), { cursors: [cursor] })
      const missed = yield* takeUntil(later.items, isCaughtUp)
      assert.deepStrictEqual(applyAll(empty, [own, ...missed]).account?.invitations, [])
      assert.deepStrictEqual(yield* toldTo(bob), [
        `from ${ann.username}`,
        `from ${ann.username}`,
        "declined",
        "revoked",
      ])
    }),
  )

  it.effect("the room of an invitation is listed as it is now, and known as it was", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      const { conversation, name } = yield* roomWith(ann)
      yield* invite(ann, bob, conversation)
      const after = newRoomName()
      yield* ann.call.UpdateRoom({ commandId: commandId(), conversation, changes: { name: after } })
      const names = [(yield* bob.call.ListInvitations({})).invitations, (yield* known(bob)) ?? []].map((list) =>
        list.map((invitation) => invitation.name),
      )
      assert.deepStrictEqual(names, [[after], [name]])
    }),
  )

  it.effect("RevokeInvitation and DeclineInvitation end it, and nothing else does so again", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* roomWith(ann)
      yield* invite(ann, bob, conversation)
      yield* invite(ann, eve, conversation)
      assert.deepStrictEqual(yield* guestsOf(ann, conversation), [
        [bob.id, ann.id],
        [eve.id, ann.id],
      ])
      const command = to(bob, conversation)
      const revoked = yield* ann.call.RevokeInvitation(command)
      assert.deepStrictEqual(yield* ann.call.RevokeInvitation(command), revoked)
      assert.strictEqual((yield* ann.call.RevokeInvitation(to(bob, conversation))).seq, revoked.seq)
      yield* failure(join(bob, conversation), "ConversationNotFound")
      const no = { commandId: commandId(), conversation }
      const declined = yield* eve.call.DeclineInvitation(no)
      assert.deepStrictEqual(yield* eve.call.DeclineInvitation(no), declined)
      assert.strictEqual((yield* decline(eve, conversation)).seq, declined.seq)
      yield* failure(join(eve, conversation), "ConversationNotFound")
      assert.deepStrictEqual(yield* guestsOf(ann, conversation), [])
      yield* failure(ann.call.InviteToRoom({ ...to(eve, conversation), commandId: command.commandId }), "IdTaken")
      const again = yield* ann.call.InviteToRoom(to(eve, conversation))
      assert.isAbove(again.seq, revoked.seq)
      yield* failure(ann.call.DeclineInvitation({ commandId: command.commandId, conversation }), "IdTaken")
      const used = commandId()
      yield* ann.call.SetPresence({ commandId: used, state: "dnd" })
      yield* failure(ann.call.RevokeInvitation({ ...to(eve, conversation), commandId: used }), "IdTaken")
      yield* join(eve, conversation)
    }),
  )

  it.effect("owner and moderators invite, in a public room every member, and those revoke their own", () =>
    Effect.gen(function* () {
      const [ann, bob, eve, dan] = [yield* signUp(), yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* roomWith(ann, "public")
      yield* failure(invite(bob, eve, conversation), "NotMember")
      yield* failure(bob.call.RevokeInvitation(to(eve, conversation)), "NotMember")
      yield* failure(bob.call.ListRoomInvitations({ conversation }), "NotMember")
      yield* join(bob, conversation)
      yield* failure(invite(ann, bob, conversation), "AlreadyMember")
      yield* failure(invite(ann, ann, conversation), "AlreadyMember")
      yield* failure(
        ann.call.InviteToRoom({ ...to(bob, conversation), user: UserId.make(randomUUID()) }),
        "UserNotFound",
      )
      yield* invite(bob, eve, conversation)
      yield* invite(ann, dan, conversation)
      yield* failure(bob.call.RevokeInvitation(to(dan, conversation)), "Forbidden")
      yield* bob.call.RevokeInvitation(to(eve, conversation))
      yield* invite(bob, eve, conversation)
      yield* ann.call.UpdateRoom({ commandId: commandId(), conversation, changes: { access: "private" } })
      yield* failure(invite(bob, dan, conversation), "Forbidden")
      yield* failure(bob.call.RevokeInvitation(to(eve, conversation)), "Forbidden")
      yield* failure(bob.call.ListRoomInvitations({ conversation }), "Forbidden")
      for (const stranger of [eve, yield* signUp()]) {
        yield* failure(invite(stranger, dan, conversation), "ConversationNotFound")
        yield* failure(stranger.call.RevokeInvitation(to(dan, conversation)), "ConversationNotFound")
        yield* failure(stranger.call.ListRoomInvitations({ conversation }), "ConversationNotFound")
      }
      // Who invited her may not any more, until he may again or somebody else does.
      yield* failure(join(eve, conversation), "InviteInvalid")
      yield* invite(ann, eve, conversation)
      assert.deepStrictEqual(
        (yield* eve.call.ListInvitations({})).invitations.map(({ by }) => by.id),
        [ann.id],
      )
      yield* join(eve, conversation)
      yield* join(dan, conversation)
    }),
  )

  it.effect("an invitation does not let in who is banned, nor into a room that is full or archived", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* roomWith(ann)
      yield* invite(ann, bob, conversation)
      yield* ann.call.BanMember({ ...to(bob, conversation), reason: BanReason.make("noise") })
      assert.deepStrictEqual(yield* roomsOf(bob), [], "a ban ends it")
      yield* invite(ann, bob, conversation)
      yield* failure(join(bob, conversation), "Banned")
      yield* ann.call.UnbanMember(to(bob, conversation))
      const change = (changes: { readonly archived?: boolean; readonly memberLimit?: number }) =>
        ann.call.UpdateRoom({ commandId: commandId(), conversation, changes })
      yield* change({ archived: true })
      yield* failure(join(bob, conversation), "RoomArchived")
      yield* change({ archived: false, memberLimit: 1 })
      yield* failure(join(bob, conversation), "CapacityExceeded")
      yield* change({ memberLimit: 2 })
      yield* invite(ann, eve, conversation)
      yield* join(bob, conversation)
      yield* failure(join(eve, conversation), "CapacityExceeded")
      yield* ann.call.DeleteRoom({ commandId: commandId(), conversation })
      assert.deepStrictEqual([yield* roomsOf(eve), yield* known(eve)], [[], []])
      assert.deepStrictEqual((yield* toldTo(eve)).slice(-1), ["void"])
      assert.deepStrictEqual(yield* toldTo(bob), [`from ${ann.username}`, "void", `from ${ann.username}`, "joined"])
    }),
  )

  it.effect("an invitation by somebody who is blocked never arrives, and they cannot tell", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* roomWith(ann)
      yield* join(eve, (yield* roomWith(ann, "public")).conversation)
      const about = (user: Person) => ({ commandId: commandId(), user: user.id })
      yield* invite(ann, bob, conversation)
      yield* bob.call.BlockUser(about(ann))
      const known = yield* guestsOf(ann, conversation)
      assert.deepStrictEqual(yield* roomsOf(bob), [], "what has arrived is gone")
      yield* failure(join(bob, conversation), "ConversationNotFound")
      yield* decline(bob, conversation)
      assert.deepStrictEqual(yield* guestsOf(ann, conversation), known)
      yield* ann.call.RevokeInvitation(to(bob, conversation))
      const before = yield* toldTo(bob)
      yield* invite(ann, bob, conversation)
      yield* invite(ann, eve, conversation)
      assert.deepStrictEqual(yield* guestsOf(ann, conversation), [
        [bob.id, ann.id],
        [eve.id, ann.id],
      ])
      assert.deepStrictEqual([yield* roomsOf(bob), yield* toldTo(bob)], [[], before])
      yield* failure(join(bob, conversation), "ConversationNotFound")
      yield* failure(bob.call.InviteToRoom(to(ann, (yield* roomWith(bob)).conversation)), "UserBlocked")
      // By somebody else it arrives.
      yield* join(eve, conversation)
      yield* ann.call.SetMemberRole({ ...to(eve, conversation), role: "moderator" })
      yield* invite(eve, bob, conversation)
      assert.deepStrictEqual((yield* toldTo(bob)).slice(-1), [`from ${eve.username}`])
      assert.deepStrictEqual((yield* guestsOf(ann, conversation))[0], [bob.id, ann.id])
      yield* decline(bob, conversation)
      yield* invite(ann, bob, conversation)
      yield* bob.call.UnblockUser(about(ann))
      assert.deepStrictEqual(yield* roomsOf(bob), [], "what came during the block stays where it is")
      yield* invite(ann, bob, conversation)
      assert.deepStrictEqual(yield* roomsOf(bob), [conversation])
    }),
  )

  it.effect("an account that is closed has no invitations, and gets none", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { call } = yield* signUp(adminNames[4])
      const { conversation } = yield* roomWith(ann)
      yield* invite(ann, bob, conversation)
      yield* invite(ann, eve, conversation)
      yield* call.DeactivateAccount({ commandId: commandId(), user: bob.id })
      yield* eve.call.DeleteAccount({ password, erase: false })
      assert.deepStrictEqual(yield* guestsOf(ann, conversation), [])
      yield* failure(invite(ann, bob, conversation), "UserNotFound")
      yield* failure(invite(ann, eve, conversation), "UserNotFound")
    }),
  )

  it.effect("ListInvitations and ListRoomInvitations come in pages, and an account has so many", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const rooms = yield* Effect.replicateEffect(roomWith(ann), 4)
      const [one, two, three, four] = rooms.map(({ conversation }) => conversation)
      assert(one && two && three && four)
      for (const conversation of [one, two, three]) yield* invite(ann, bob, conversation)
      const refused = yield* failure(invite(ann, bob, four), "TooLarge")
      assert.deepStrictEqual([refused.limit, refused.actual], [3, 4])
      const first = yield* bob.call.ListInvitations({ limit: 2 })
      const rest = yield* bob.call.ListInvitations({ limit: 2, after: first.next ?? "" })
      assert.deepStrictEqual(
        [...first.invitations, ...rest.invitations].map(({ conversation }) => conversation),
        [one, two, three],
      )
      assert.isNull(rest.next)
      yield* decline(bob, two)
      yield* invite(ann, bob, four)
      yield* invite(ann, eve, one)
      const head = yield* ann.call.ListRoomInvitations({ conversation: one, limit: 1 })
      const tail = yield* ann.call.ListRoomInvitations({ conversation: one, limit: 1, after: head.next ?? "" })
      assert.deepStrictEqual(
        [...head.invitations, ...tail.invitations].map(({ user }) => user.id),
        [bob.id, eve.id],
      )
      assert.isNull(tail.next)
      yield* failure(bob.call.ListInvitations({ after: "elsewhere" }), "BadRequest")
    }),
  )
}
