import { accountLog, type CommandId, ConversationId, UserId } from "@chat/domain/Ids"
import type { InvitationOutcome } from "@chat/domain/Invite"
import { mayInvite, Role } from "@chat/domain/permissions"
import { RoomAccess } from "@chat/domain/Room"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"

/** Which invitation: of a room and an account there is one. */
export interface Invited {
  readonly conversation: ConversationId
  readonly user: UserId
}

const Found = Schema.Array(Schema.Struct({ received: Schema.Boolean, access: RoomAccess, role: Schema.NullOr(Role) }))
const Received = Schema.Array(Schema.Struct({ conversation: ConversationId, user: UserId, received: Schema.Boolean }))

/**
 * Invitations in the database. Everything here is called inside a command's transaction, under the lock of the invited
 * account's log. One that is not received is by somebody whom that account had blocked: for it, it does not exist.
 */
export const makeInvitationStore = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const logs = yield* Logs

  /** The invitation, if there is one; `lets`: it was received, and who made it may still invite there. */
  const find = Effect.fnUntraced(function* ({ conversation, user }: Invited) {
    const rows = yield* sql`SELECT i.received_by IS NOT NULL AS received, c.access, m.role
      FROM invitations i JOIN conversations c ON c.id = i.conversation_id
      LEFT JOIN members m ON m.conversation_id = i.conversation_id AND m.account_id = i.received_by
        AND EXISTS (SELECT FROM users u
          WHERE u.id = m.account_id AND u.deactivated_at IS NULL AND u.deleted_at IS NULL)
      WHERE i.conversation_id = ${conversation} AND i.account_id = ${user}`
    const [found] = yield* Schema.decodeUnknownEffect(Found)(rows)
    if (found === undefined) return undefined
    const { received, access, role } = found
    return { received, lets: received && mayInvite(access, role) }
  })

  const tell = ({ conversation, user }: Invited, outcome: InvitationOutcome, command?: CommandId) =>
    logs.append({
      log: accountLog(user),
      // Who invites, and who bans, is known to members.
      actor: outcome === "joined" || outcome === "declined" ? user : null,
      type: "InvitationEnded",
      data: { conversation, outcome },
      ...(command === undefined ? {} : { command }),
    })

  /** Ends an invitation if there is one, which is told if it was received: then the event that says so. */
  const end = Effect.fnUntraced(function* (which: Invited, outcome: InvitationOutcome, command?: CommandId) {
    const rows = yield* sql`DELETE FROM invitations
      WHERE conversation_id = ${which.conversation} AND account_id = ${which.user}
      RETURNING conversation_id AS conversation, account_id AS user, received_by IS NOT NULL AS received`
    const [ended] = yield* Schema.decodeUnknownEffect(Received)(rows)
    return ended?.received === true ? yield* tell(which, outcome, command) : undefined
  })

  /** Ends all that an account has. */
  const endAllOf = Effect.fnUntraced(function* (user: UserId) {
    const rows = yield* sql`DELETE FROM invitations WHERE account_id = ${user}
      RETURNING conversation_id AS conversation, account_id AS user, received_by IS NOT NULL AS received`
    for (const which of yield* Schema.decodeUnknownEffect(Received)(rows)) {
      if (which.received) yield* tell(which, "void")
    }
  })

  /** Ends all to a room; the logs of all who are invited are locked. */
  const endAllTo = Effect.fnUntraced(function* (conversation: ConversationId) {
    const rows = yield* sql`DELETE FROM invitations WHERE conversation_id = ${conversation}
      RETURNING conversation_id AS conversation, account_id AS user, received_by IS NOT NULL AS received`
    const told = (yield* Schema.decodeUnknownEffect(Received)(rows)).filter(({ received }) => received)
    const data = { conversation, outcome: "void" }
    yield* logs.appendToEach(
      told.map(({ user }) => accountLog(user)),
      { actor: null, type: "InvitationEnded", data },
    )
  })

  return { find, end, endAllOf, endAllTo }
})
