/** Oneself and other people. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { EmailTaken, IdTaken, UserNotFound, UsernameTaken, WeakPassword, WrongPassword, failures } from "./Errors.ts"
import { FoundUser } from "./Contact.ts"
import { CommandId, UserId } from "./Ids.ts"
import { Account, AccountReceipt, Profile } from "./User.ts"
import { Bio, DisplayName, Email, PageSize, Password, Query, StatusText, Timestamp, Username } from "./Values.ts"

/** The account that calls. */
export class Me extends Rpc.make("Me", { success: Account, error: failures() }) {}

/**
 * People whose name begins with the query, then people whose name is like it; of these, friends first, then people of
 * rooms that the caller is in. 20 unless told, 100 at most.
 */
export class SearchUsers extends Rpc.make("SearchUsers", {
  payload: { query: Query, limit: Schema.optionalKey(PageSize) },
  success: Schema.Array(FoundUser),
  error: failures(),
}) {}

/** One user, by id or by name, with what they say about themselves. */
export class GetUser extends Rpc.make("GetUser", {
  payload: Schema.Union([Schema.Struct({ id: UserId }), Schema.Struct({ username: Username })]),
  success: Profile,
  error: failures(UserNotFound),
}) {}

/**
 * Changes what stands in one's profile; what is absent stays as it is. `name: null` takes the name away, an empty text
 * the bio or the status; `statusUntil` is when the status ends by itself, `null`: never.
 */
export class UpdateProfile extends Rpc.make("UpdateProfile", {
  payload: {
    commandId: CommandId,
    name: Schema.optionalKey(Schema.NullOr(DisplayName)),
    bio: Schema.optionalKey(Bio),
    status: Schema.optionalKey(StatusText),
    statusUntil: Schema.optionalKey(Schema.NullOr(Timestamp)),
  },
  success: AccountReceipt,
  error: failures(IdTaken),
}) {}

/** Changes the name by which people find and address one. The old one is free at once. */
export class ChangeUsername extends Rpc.make("ChangeUsername", {
  payload: { commandId: CommandId, username: Username },
  success: AccountReceipt,
  error: failures(UsernameTaken, IdTaken),
}) {}

/** Changes the email address. Wrong passwords count as failed logins do. */
export class ChangeEmail extends Rpc.make("ChangeEmail", {
  payload: { commandId: CommandId, password: Password, email: Email },
  success: AccountReceipt,
  error: failures(WrongPassword, EmailTaken, IdTaken),
}) {}

/** Changes the password and ends every other session of the account. Wrong passwords count as failed logins do. */
export class ChangePassword extends Rpc.make("ChangePassword", {
  payload: { commandId: CommandId, oldPassword: Password, newPassword: Password },
  success: AccountReceipt,
  error: failures(WrongPassword, WeakPassword, IdTaken),
}) {}

/**
 * Deletes the account for good: its sessions end at once and nobody can sign in to it; its username and address are free;
 * to others it is a deleted user from then on. It leaves every room, soon; direct conversations stay with the other. Its
 * messages and reactions stay, or with `erase` go for everybody, soon and all of them. Soon, too, it is nobody's friend,
 * asks nobody and blocks nobody. Wrong passwords count as failed logins.
 */
export class DeleteAccount extends Rpc.make("DeleteAccount", {
  payload: { password: Password, erase: Schema.Boolean },
  error: failures(WrongPassword),
}) {}

export class AccountRpcs extends RpcGroup.make(
  Me,
  SearchUsers,
  GetUser,
  UpdateProfile,
  ChangeUsername,
  ChangeEmail,
  ChangePassword,
  DeleteAccount,
).middleware(Authentication) {}
