// Ways into a room for those who could not come in by themselves.
import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import { BanReason } from "@chat/domain/Room"
import { Seq, Timestamp, Topic } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { commandId, failure, makeRoom, newRoomName, type Person, signUp } from "./people.ts"
import type { It } from "./suite.ts"

type Caller = Pick<Person, "call">

const privateRoom = ({ call }: Caller) =>
  call.CreateRoom({
    commandId: commandId(),
    name: newRoomName(),
    topic: Topic.make(""),
    history: "all",
    access: "private",
  })

const makeLink = ({ call }: Caller, conversation: ConversationId, uses?: number) =>
  call.CreateInviteLink({ commandId: commandId(), conversation, ...(uses === undefined ? {} : { uses }) })

const join = ({ call }: Caller, conversation: ConversationId, link?: string) =>
  call.JoinRoom({ commandId: commandId(), conversation, ...(link === undefined ? {} : { link }) })

export const inviteCalls = (it: It): void => {
  it.effect("A link lets in to a private room and to one with a password, and no other token does", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* privateRoom(ann)
      const other = yield* privateRoom(ann)
      const command = { commandId: commandId(), conversation }
      const made = yield* ann.call.CreateInviteLink(command)
      assert.deepStrictEqual(yield* ann.call.CreateInviteLink(command), made, "a repeat has the same token")
      assert.match(made.token, /^[\w-]{43}$/u)
      assert.notStrictEqual((yield* makeLink(ann, conversation)).token, made.token)
      yield* failure(join(eve, conversation), "ConversationNotFound")
      yield* failure(join(eve, conversation, "x".repeat(43)), "InviteInvalid")
      yield* failure(join(eve, other.conversation, made.token), "InviteInvalid")
      yield* failure(join(eve, (yield* makeRoom(ann)).conversation, "wrong"), "InviteInvalid")
      const coming = { commandId: commandId(), conversation, link: made.token }
      const joined = yield* bob.call.JoinRoom(coming)
      assert.deepStrictEqual(yield* bob.call.JoinRoom(coming), joined)
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).role, "member")
      const { items } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0) })
      assert.notInclude(JSON.stringify(items), made.token)
      const changes = { access: "password", password: "tulip meadow ladder" } as const
      yield* ann.call.UpdateRoom({ commandId: commandId(), conversation, changes })
      yield* failure(join(eve, conversation), "RoomPasswordRequired")
      yield* join(eve, conversation, made.token)
    }),
  )

  it.effect("A link is good for so many people, and until it is revoked", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* privateRoom(ann)
      const making = commandId()
      const one = yield* ann.call.CreateInviteLink({ commandId: making, conversation, uses: 1 })
      const endless = yield* makeLink(ann, conversation)
      yield* join(ann, conversation, one.token)
      yield* join(bob, conversation, one.token)
      yield* join(bob, conversation, endless.token)
      yield* failure(join(eve, conversation, one.token), "InviteInvalid")
      const list = yield* ann.call.ListInviteLinks({ conversation })
      assert.deepStrictEqual(
        list.links.map(({ link, by, expiresAt, uses, used }) => [link, by.id, expiresAt, uses, used]),
        [[endless.seq, ann.id, null, null, 0]],
      )
      assert.notInclude(JSON.stringify(list), endless.token)
      const revoke = { commandId: commandId(), conversation, link: endless.seq }
      const revoked = yield* ann.call.RevokeInviteLink(revoke)
      assert.deepStrictEqual(yield* ann.call.RevokeInviteLink(revoke), revoked)
      const again = yield* ann.call.RevokeInviteLink({ ...revoke, commandId: commandId() })
      assert.strictEqual(again.seq, revoked.seq, "there is none any more")
      yield* failure(join(eve, conversation, endless.token), "InviteInvalid")
      yield* failure(ann.call.RevokeInviteLink({ ...revoke, commandId: making }), "IdTaken")
      yield* failure(ann.call.CreateInviteLink({ commandId: revoke.commandId, conversation }), "IdTaken")
      const expiresAt = Timestamp.make("2020-01-01T00:00:00.000Z")
      yield* failure(ann.call.CreateInviteLink({ commandId: commandId(), conversation, expiresAt }), "BadRequest")
    }),
  )

  it.effect("Owner and moderators invite, and in a public room every member; what others made they leave alone", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
      const { conversation } = yield* makeRoom(ann)
      const ofAnn = yield* makeLink(ann, conversation)
      const revoke = (link: Seq) => ({ commandId: commandId(), conversation, link })
      yield* failure(makeLink(bob, conversation), "NotMember")
      yield* failure(bob.call.ListInviteLinks({ conversation }), "NotMember")
      yield* failure(bob.call.RevokeInviteLink(revoke(ofAnn.seq)), "NotMember")
      yield* join(bob, conversation)
      const ofBob = yield* makeLink(bob, conversation)
      const first = yield* bob.call.ListInviteLinks({ conversation, limit: 1 })
      const second = yield* bob.call.ListInviteLinks({ conversation, limit: 1, after: first.next ?? "" })
      assert.deepStrictEqual(
        [...first.links, ...second.links].map(({ link }) => link),
        [ofBob.seq, ofAnn.seq],
      )
      assert.isNull(second.next)
      yield* failure(bob.call.RevokeInviteLink(revoke(ofAnn.seq)), "Forbidden")
      const other = yield* makeLink(bob, conversation)
      yield* bob.call.RevokeInviteLink(revoke(other.seq))
      yield* ann.call.UpdateRoom({ commandId: commandId(), conversation, changes: { access: "private" } })
      yield* failure(makeLink(bob, conversation), "Forbidden")
      yield* failure(bob.call.ListInviteLinks({ conversation }), "Forbidden")
      yield* failure(makeLink(eve, conversation), "ConversationNotFound")
      yield* failure(eve.call.ListInviteLinks({ conversation }), "ConversationNotFound")
      yield* failure(eve.call.RevokeInviteLink(revoke(ofAnn.seq)), "ConversationNotFound")
      // Who made it may not invite any more.
      yield* failure(join(eve, conversation, ofBob.token), "InviteInvalid")
      yield* ann.call.SetMemberRole({ commandId: commandId(), conversation, user: bob.id, role: "moderator" })
      yield* join(eve, conversation, ofBob.token)
    }),
  )

  it.effect("A link does not let in who is banned, nor anybody to an archived room", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      const { conversation } = yield* privateRoom(ann)
      const { token } = yield* makeLink(ann, conversation, 1)
      const whom = { conversation, user: bob.id }
      yield* ann.call.BanMember({ ...whom, commandId: commandId(), reason: BanReason.make("noise") })
      yield* failure(join(bob, conversation, token), "Banned")
      yield* failure(join(bob, conversation, "wrong"), "InviteInvalid")
      yield* ann.call.UnbanMember({ ...whom, commandId: commandId() })
      const archive = (archived: boolean) =>
        ann.call.UpdateRoom({ commandId: commandId(), conversation, changes: { archived } })
      yield* archive(true)
      yield* failure(join(bob, conversation, token), "RoomArchived")
      yield* archive(false)
      yield* join(bob, conversation, token)
    }),
  )
}
