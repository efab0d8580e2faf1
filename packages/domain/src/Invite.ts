/** Ways into a room for those who could not come in by themselves. */
import * as Schema from "effect/Schema"
import { User } from "./User.ts"
import { Seq, Timestamp } from "./Values.ts"

/** What lets in: 43 characters of base64url. Whatever else it is, is `InviteInvalid`. */
export const InviteToken = Schema.String.check(Schema.isMaxLength(64))

/** How many people a link lets in. */
export const InviteUses = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/** A link that lets in whoever shows its token, for as long as who made it may invite. The token is told once. */
export const InviteLink = Schema.Struct({
  /** The `seq` of its `InviteLinkMade`, which is what it is called. */
  link: Seq,
  by: User,
  at: Timestamp,
  /** When it ends by itself; `null`: never. */
  expiresAt: Schema.NullOr(Timestamp),
  /** How many people it lets in in all; `null`: any number. */
  uses: Schema.NullOr(InviteUses),
  /** How many have come in with it. */
  used: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type InviteLink = typeof InviteLink.Type
