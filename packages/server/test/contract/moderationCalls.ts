// Keeping order in rooms: who may do what to whom.
import { conversationLog, UserId } from "@chat/domain/Ids"
import { BanReason } from "@chat/domain/Room"
import { Seq, Timestamp } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { commandId, failure, makeRoom, type Person, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const reason = BanReason.make("noise")

/** A room of an owner, a moderator and a member. */
const society = Effect.gen(function* () {
  const [ann, mod, bob] = [yield* signUp(), yield* signUp(), yield* signUp()]
  const { conversation } = yield* makeRoom(ann)
  for (const { call } of [mod, bob]) yield* call.JoinRoom({ commandId: commandId(), conversation })
  const at = (user: Pick<Person, "id">) => ({ commandId: commandId(), conversation, user: user.id })
  yield* ann.call.SetMemberRole({ ...at(mod), role: "moderator" })
  const members = Effect.map(ann.call.ListMembers({ conversation }), (page) =>
    page.members.map(({ user, role }) => [user.id, role]),
  )
  return { ann, mod, bob, conversation, at, members }
})

export const moderationCalls = (it: It): void => {
  it.effect("SetMemberRole is for the owner, and takes effect once", () =>
    Effect.gen(function* () {
      const { ann, mod, bob, conversation, at, members } = yield* society
      const eve = yield* signUp()
      assert.deepStrictEqual(yield* members, [
        [ann.id, "owner"],
        [mod.id, "moderator"],
        [bob.id, "member"],
      ])
      yield* failure(mod.call.SetMemberRole({ ...at(bob), role: "moderator" }), "Forbidden")
      yield* failure(ann.call.SetMemberRole({ ...at(ann), role: "member" }), "Forbidden")
      yield* failure(ann.call.SetMemberRole({ ...at(eve), role: "member" }), "MemberNotFound")
      yield* failure(eve.call.SetMemberRole({ ...at(bob), role: "member" }), "NotMember")
      const command = { ...at(mod), role: "member" } as const
      const receipt = yield* ann.call.SetMemberRole(command)
      assert.deepStrictEqual(yield* ann.call.SetMemberRole(command), receipt)
      const same = yield* ann.call.SetMemberRole({ ...command, commandId: commandId() })
      assert.strictEqual(same.seq, receipt.seq)
      assert.strictEqual((yield* mod.call.GetConversation({ conversation })).role, "member")
      yield* failure(ann.call.KickMember({ ...at(bob), commandId: command.commandId }), "IdTaken")
      yield* failure(ann.call.TransferRoom({ ...at(bob), commandId: command.commandId }), "IdTaken")
    }),
  )

  it.effect("TransferRoom hands a room over, so that its owner can leave", () =>
    Effect.gen(function* () {
      const { ann, mod, bob, conversation, at, members } = yield* society
      const eve = yield* signUp()
      yield* failure(ann.call.LeaveRoom({ commandId: commandId(), conversation }), "OwnerMustStay")
      yield* failure(mod.call.TransferRoom(at(bob)), "Forbidden")
      yield* failure(eve.call.TransferRoom(at(bob)), "NotMember")
      yield* failure(ann.call.TransferRoom(at(eve)), "MemberNotFound")
      const command = at(bob)
      const receipt = yield* ann.call.TransferRoom(command)
      assert.deepStrictEqual(yield* ann.call.TransferRoom(command), receipt)
      assert.deepStrictEqual(yield* members, [
        [ann.id, "moderator"],
        [mod.id, "moderator"],
        [bob.id, "owner"],
      ])
      yield* failure(ann.call.TransferRoom(at(mod)), "Forbidden")
      yield* ann.call.LeaveRoom({ commandId: commandId(), conversation })
      const used = commandId()
      yield* bob.call.LeaveRoom({ commandId: used, conversation: (yield* makeRoom(bob)).conversation })
      yield* failure(bob.call.SetMemberRole({ ...at(mod), commandId: used, role: "member" }), "IdTaken")
    }),
  )

  it.effect("KickMember removes a member, who may come back", () =>
    Effect.gen(function* () {
      const { ann, mod, bob, conversation, at } = yield* society
      const eve = yield* signUp()
      yield* failure(bob.call.KickMember(at(mod)), "Forbidden")
      yield* failure(mod.call.KickMember(at(ann)), "Forbidden")
      yield* failure(mod.call.KickMember(at(mod)), "Forbidden")
      yield* failure(eve.call.KickMember(at(bob)), "NotMember")
      const command = at(bob)
      const kicked = yield* mod.call.KickMember(command)
      assert.deepStrictEqual(yield* mod.call.KickMember(command), kicked)
      assert.strictEqual((yield* mod.call.KickMember(at(bob))).seq, kicked.seq, "not a member: nothing changes")
      yield* failure(say(bob, conversation), "NotMember")
      yield* say(ann, conversation)
      const { items, head } = yield* bob.call.ReadLog({
        log: conversationLog(conversation),
        after: Seq.make(0),
        limit: 100,
      })
      assert.strictEqual(head, kicked.seq, "nothing after it")
      const last = items.at(-1)
      assert(last?._tag === "Event" && last.event.type === "MemberLeft")
      assert.deepStrictEqual([last.event.actor?.id, last.event.data.reason], [mod.id, "kicked"])
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      yield* say(bob, conversation)
      yield* ann.call.KickMember(at(mod))
    }),
  )

  it.effect("BanMember keeps out whoever it names, a member or not, until it is lifted", () =>
    Effect.gen(function* () {
      const { ann, mod, bob, conversation, at } = yield* society
      const eve = yield* signUp()
      const outsider = yield* signUp()
      yield* failure(bob.call.BanMember({ ...at(eve), reason }), "Forbidden")
      yield* failure(mod.call.BanMember({ ...at(ann), reason }), "Forbidden")
      yield* failure(outsider.call.BanMember({ ...at(eve), reason }), "NotMember")
      const nobody = UserId.make(randomUUID())
      yield* failure(mod.call.BanMember({ ...at({ id: nobody }), reason }), "UserNotFound")
      const past = Timestamp.make("2020-01-01T00:00:00.000Z")
      yield* failure(mod.call.BanMember({ ...at(bob), reason, until: past }), "BadRequest")
      const never = Timestamp.make("2999-02-31T00:00:00.000Z")
      yield* failure(mod.call.BanMember({ ...at(bob), reason, until: never }), "BadRequest")

      const until = Timestamp.make(DateTime.formatIso(DateTime.add(yield* DateTime.now, { days: 1 })))
      const command = { ...at(bob), reason, until }
      const banned = yield* mod.call.BanMember(command)
      assert.deepStrictEqual(yield* mod.call.BanMember(command), banned)
      assert.strictEqual((yield* mod.call.BanMember({ ...command, commandId: commandId() })).seq, banned.seq)
      yield* ann.call.BanMember({ ...at(eve), reason: BanReason.make("") })
      const refusal = yield* failure(bob.call.JoinRoom({ commandId: commandId(), conversation }), "Banned")
      assert.deepStrictEqual([refusal.until, refusal.reason], [until, reason])
      yield* failure(eve.call.JoinRoom({ commandId: commandId(), conversation }), "Banned")
      yield* failure(say(bob, conversation), "NotMember")
      const { head } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0) })
      assert.strictEqual(head, banned.seq - 1, "the event of the ban is for those who stay")

      const first = yield* mod.call.ListBans({ conversation, limit: 1 })
      assert(first.next !== null)
      const rest = yield* mod.call.ListBans({ conversation, limit: 1, after: first.next })
      assert.deepStrictEqual(
        [...first.bans, ...rest.bans].map((ban) => [ban.user.id, ban.by.id, ban.reason, ban.until]),
        [
          [eve.id, ann.id, "", null],
          [bob.id, mod.id, "noise", until],
        ],
      )
      yield* failure(outsider.call.ListBans({ conversation }), "NotMember")
      yield* outsider.call.JoinRoom({ commandId: commandId(), conversation })
      yield* failure(outsider.call.ListBans({ conversation }), "Forbidden")
      yield* failure(outsider.call.UnbanMember(at(bob)), "Forbidden")
      yield* failure(bob.call.UnbanMember(at(bob)), "NotMember")

      const lift = at(bob)
      const lifted = yield* mod.call.UnbanMember(lift)
      assert.deepStrictEqual(yield* mod.call.UnbanMember(lift), lifted)
      assert.strictEqual((yield* mod.call.UnbanMember(at(bob))).seq, lifted.seq)
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      yield* failure(mod.call.BanMember({ ...at(bob), commandId: lift.commandId, reason }), "IdTaken")
      yield* failure(mod.call.UnbanMember({ ...at(bob), commandId: command.commandId }), "IdTaken")
    }),
  )
}
