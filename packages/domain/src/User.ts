/** People: what everybody sees of a user, and what the owner of an account sees. */
import * as Schema from "effect/Schema"
import { UserId } from "./Ids.ts"
import { Bio, DisplayName, Email, Seq, StatusText, Timestamp, Username } from "./Values.ts"

/**
 * A user as others see them. Wherever one is embedded it is as of some moment: of two versions the one with the greater
 * `rev` is the newer, and `UserChanged` brings it to whoever may have an older one.
 */
export const User = Schema.Struct({
  id: UserId,
  username: Username,
  /** What they are called; absent: nothing but their username. */
  name: Schema.optionalKey(DisplayName),
  /** How often what stands here has changed; absent: never. */
  rev: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  /** The account was deleted; the username is then one that nobody can have. */
  deleted: Schema.optionalKey(Schema.Literal(true)),
})
export type User = typeof User.Type

/** A user with what they say about themselves; what is absent is empty. */
export const Profile = Schema.Struct({
  ...User.fields,
  bio: Schema.optionalKey(Bio),
  status: Schema.optionalKey(StatusText),
  /** When the status ends by itself; absent: never. */
  statusUntil: Schema.optionalKey(Timestamp),
})
export type Profile = typeof Profile.Type

/** What somebody may do on the server besides chatting: moderators see reports, admins also manage accounts. */
export const ServerRole = Schema.Literals(["member", "moderator", "admin"])
export type ServerRole = typeof ServerRole.Type

/** An account as its owner sees it. */
export const Account = Schema.Struct({
  id: UserId,
  username: Username,
  email: Email,
  createdAt: Timestamp,
  name: Schema.optionalKey(DisplayName),
  /** Absent: `member`. */
  role: Schema.optionalKey(Schema.Literals(["moderator", "admin"])),
})
export type Account = typeof Account.Type

/** What a command about one's own account answers: the place in its log from which the effect can be seen. */
export const AccountReceipt = Schema.Struct({ seq: Seq, at: Timestamp })
export type AccountReceipt = typeof AccountReceipt.Type
