/**
 * Every way in which a call can fail, flat. Each says what the caller does about it; `retryable` lists those that a
 * client may answer by sending the same command again with the same id.
 */
import * as Schema from "effect/Schema"
import { ConversationId, MessageId, SessionId, UserId } from "./Ids.ts"
import { Seq } from "./Values.ts"

export * from "./AdminErrors.ts"
export * from "./RoomErrors.ts"

/** The request is not of the contract's form. Not retried: mend the request. */
export class BadRequest extends Schema.TaggedError<BadRequest>("@chat/domain/BadRequest")(
  "BadRequest",
  { detail: Schema.String },
  { httpApiStatus: 400 },
) {
  override get message(): string {
    return `The request is not valid: ${this.detail}`
  }
}

/** A text or list is longer than the server allows. Not retried: shorten it. */
export class TooLarge extends Schema.TaggedError<TooLarge>("@chat/domain/TooLarge")(
  "TooLarge",
  { what: Schema.String, limit: Schema.Int, actual: Schema.Int },
  { httpApiStatus: 413 },
) {
  override get message(): string {
    return `The ${this.what} is too long: ${this.actual}, and ${this.limit} is the limit`
  }
}

/**
 * There is no valid session behind the call. `expired`: refresh the access token and call again. Anything else: sign in
 * again.
 */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>("@chat/domain/Unauthenticated")(
  "Unauthenticated",
  { reason: Schema.Literals(["missing", "invalid", "expired", "ended"]) },
  { httpApiStatus: 401 },
) {
  override get message(): string {
    switch (this.reason) {
      case "missing":
        return "You are not signed in"
      case "invalid":
        return "The token is not valid: sign in again"
      case "expired":
        return "The access token has expired"
      case "ended":
        return "This session has ended: sign in again"
    }
  }
}

/** Unknown user or wrong password, which cannot be told apart. Not retried by itself. */
export class InvalidCredentials extends Schema.TaggedError<InvalidCredentials>("@chat/domain/InvalidCredentials")(
  "InvalidCredentials",
  {},
  { httpApiStatus: 401 },
) {
  override get message(): string {
    return "The name or the password is wrong"
  }
}

/** The password of one's own account, asked for again, is wrong. Not retried by itself: ask the user. */
export class WrongPassword extends Schema.TaggedError<WrongPassword>("@chat/domain/WrongPassword")(
  "WrongPassword",
  {},
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "The password of your account is wrong"
  }
}

/** Right password, but an admin has deactivated the account. Not retried: ask an admin. */
export class AccountDeactivated extends Schema.TaggedError<AccountDeactivated>("@chat/domain/AccountDeactivated")(
  "AccountDeactivated",
  {},
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "This account is deactivated: ask an admin of the server"
  }
}

/** The link to a new password is used up, too old, or there never was one. Ask an admin for another. */
export class ResetLinkInvalid extends Schema.TaggedError<ResetLinkInvalid>("@chat/domain/ResetLinkInvalid")(
  "ResetLinkInvalid",
  {},
  { httpApiStatus: 410 },
) {
  override get message(): string {
    return "This way to a new password is used up or too old: ask an admin for another"
  }
}

/** Over a rate. Retried with the same id after `retryAfter` milliseconds. */
export class RateLimited extends Schema.TaggedError<RateLimited>("@chat/domain/RateLimited")(
  "RateLimited",
  { limit: Schema.String, retryAfter: Schema.Int },
  { httpApiStatus: 429 },
) {
  override get message(): string {
    return `Too fast (${this.limit}): try again in ${Math.max(1, Math.ceil(this.retryAfter / 1000))} s`
  }
}

/**
 * The database did not answer, or not in time; whether the command took effect is not known. Retried with the same id.
 */
export class StorageUnavailable extends Schema.TaggedError<StorageUnavailable>("@chat/domain/StorageUnavailable")(
  "StorageUnavailable",
  {},
  { httpApiStatus: 503 },
) {
  override get message(): string {
    return "The server cannot reach its database at the moment"
  }
}

/** The server has no room for more of something. Retried later, with the same id. */
export class CapacityExceeded extends Schema.TaggedError<CapacityExceeded>("@chat/domain/CapacityExceeded")(
  "CapacityExceeded",
  { resource: Schema.String, limit: Schema.Int },
  { httpApiStatus: 503 },
) {
  override get message(): string {
    return `The server's limit of ${this.limit} ${this.resource} is reached`
  }
}

/** A fault of the server. Not retried by itself; `traceId` finds the cause in the server's log. */
export class Internal extends Schema.TaggedError<Internal>("@chat/domain/Internal")(
  "Internal",
  { traceId: Schema.String },
  { httpApiStatus: 500 },
) {
  override get message(): string {
    return `Something went wrong in the server (trace ${this.traceId})`
  }
}

/** Somebody has this username. Choose another. */
export class UsernameTaken extends Schema.TaggedError<UsernameTaken>("@chat/domain/UsernameTaken")(
  "UsernameTaken",
  { username: Schema.String },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return `The name ${this.username} is taken`
  }
}

/** An account has this address. Log in, or use another. */
export class EmailTaken extends Schema.TaggedError<EmailTaken>("@chat/domain/EmailTaken")(
  "EmailTaken",
  {},
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return "There is an account with this email address"
  }
}

/** The password is too short, too long or too common. Choose another. */
export class WeakPassword extends Schema.TaggedError<WeakPassword>("@chat/domain/WeakPassword")(
  "WeakPassword",
  { reason: Schema.Literals(["short", "long", "common"]) },
  { httpApiStatus: 422 },
) {
  override get message(): string {
    switch (this.reason) {
      case "short":
        return "The password is too short: 8 characters at least"
      case "long":
        return "The password is too long: 128 characters at most"
      case "common":
        return "The password is one of the most common ones: choose another"
    }
  }
}

/** There is no such user. */
export class UserNotFound extends Schema.TaggedError<UserNotFound>("@chat/domain/UserNotFound")(
  "UserNotFound",
  { user: Schema.String },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return `There is no user ${this.user}`
  }
}

/** There is no such conversation, or none that the caller may know of. */
export class ConversationNotFound extends Schema.TaggedError<ConversationNotFound>("@chat/domain/ConversationNotFound")(
  "ConversationNotFound",
  { conversation: ConversationId },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return "There is no such conversation"
  }
}

/** There is no such message, or none that the caller may see, or it is deleted. Named as the caller did: by id or place. */
export class MessageNotFound extends Schema.TaggedError<MessageNotFound>("@chat/domain/MessageNotFound")(
  "MessageNotFound",
  { messageId: Schema.optionalKey(MessageId), seq: Schema.optionalKey(Seq) },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return "There is no such message"
  }
}

/** There is no such session of this account. */
export class SessionNotFound extends Schema.TaggedError<SessionNotFound>("@chat/domain/SessionNotFound")(
  "SessionNotFound",
  { session: SessionId },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return "There is no such session"
  }
}

/** Only members may do this. Join first. */
export class NotMember extends Schema.TaggedError<NotMember>("@chat/domain/NotMember")(
  "NotMember",
  { conversation: ConversationId },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "You are not a member of this conversation"
  }
}

/** Only the author may do this. */
export class NotAuthor extends Schema.TaggedError<NotAuthor>("@chat/domain/NotAuthor")(
  "NotAuthor",
  { messageId: MessageId },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "Only its author may change a message"
  }
}

/** They take messages from friends only, and the caller is none. Ask them to be friends. */
export class FriendsOnly extends Schema.TaggedError<FriendsOnly>("@chat/domain/FriendsOnly")(
  "FriendsOnly",
  { user: UserId },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "They take messages from friends only"
  }
}

/** The caller has blocked them. Unblock them first. */
export class UserBlocked extends Schema.TaggedError<UserBlocked>("@chat/domain/UserBlocked")(
  "UserBlocked",
  { user: UserId },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return "You have blocked them: unblock them first"
  }
}

/** They have not asked to be friends, or have taken it back. */
export class FriendRequestNotFound extends Schema.TaggedError<FriendRequestNotFound>(
  "@chat/domain/FriendRequestNotFound",
)("FriendRequestNotFound", { user: UserId }, { httpApiStatus: 404 }) {
  override get message(): string {
    return "They have not asked you to be friends"
  }
}

/** The id names something else already: another command of this account, or a message of somebody else. Make a new id. */
export class IdTaken extends Schema.TaggedError<IdTaken>("@chat/domain/IdTaken")(
  "IdTaken",
  { id: Schema.String },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return `The id ${this.id} is in use for something else`
  }
}

/** This connection began another `Sync`, which took the place of this one. Nothing to do. */
export class SyncReplaced extends Schema.TaggedError<SyncReplaced>("@chat/domain/SyncReplaced")(
  "SyncReplaced",
  {},
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return "Another Sync of the same connection took over"
  }
}

/** The failures that every call can have. */
export const CallError = Schema.Union([BadRequest, RateLimited, StorageUnavailable, CapacityExceeded, Internal])
export type CallError = typeof CallError.Type

/** The failures of a call: its own, and those of every call. */
export const failures = <const Own extends ReadonlyArray<Schema.Top>>(...own: Own) =>
  Schema.Union([...own, ...CallError.members])

/** The tags after which a client sends the same command again, with the same id. */
export const retryable: ReadonlySet<string> = new Set(["RateLimited", "StorageUnavailable", "CapacityExceeded"])
