/** From a failure to what is said about it, and to the exit code. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Disconnected, ProtocolError, StoreFailed } from "@chat/client/Errors"
import * as Errors from "@chat/domain/Errors"
import { printableJson, printableLine } from "../text/printable.ts"
import { ChecksFailed, Misuse, SlowReader, Unresolved } from "./failures.ts"

/** What the exit codes mean; 0: it is done. */
export const exitCodes = { refused: 1, misused: 2, notSignedIn: 3, notReached: 4 } as const

/** Every failure that a command can end with. */
const Failure = Schema.Union([
  Errors.BadRequest,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.InvalidCredentials,
  Errors.WrongPassword,
  Errors.AccountDeactivated,
  Errors.ResetLinkInvalid,
  Errors.NotPermitted,
  Errors.LastAdmin,
  Errors.ReportNotFound,
  Errors.NoticeNotFound,
  Errors.RateLimited,
  Errors.StorageUnavailable,
  Errors.CapacityExceeded,
  Errors.Internal,
  Errors.UsernameTaken,
  Errors.EmailTaken,
  Errors.WeakPassword,
  Errors.RoomNameTaken,
  Errors.UserNotFound,
  Errors.ConversationNotFound,
  Errors.MessageNotFound,
  Errors.SessionNotFound,
  Errors.NotMember,
  Errors.NotAuthor,
  Errors.Forbidden,
  Errors.MemberNotFound,
  Errors.OwnerMustStay,
  Errors.RoomArchived,
  Errors.ReadOnly,
  Errors.SlowMode,
  Errors.RoomPasswordRequired,
  Errors.WrongRoomPassword,
  Errors.Banned,
  Errors.InviteInvalid,
  Errors.AlreadyMember,
  Errors.FriendsOnly,
  Errors.UserBlocked,
  Errors.FriendRequestNotFound,
  Errors.IdTaken,
  Errors.SyncReplaced,
  Disconnected,
  ProtocolError,
  StoreFailed,
  Misuse,
  Unresolved,
  ChecksFailed,
  SlowReader,
])
export type Failure = typeof Failure.Type

export const exitCodeOf = (failure: Failure): number => {
  switch (failure._tag) {
    case "Misuse":
    case "StoreFailed":
      return exitCodes.misused
    case "Unauthenticated":
      return exitCodes.notSignedIn
    case "Disconnected":
      return exitCodes.notReached
    default:
      return exitCodes.refused
  }
}

const textOf = (failure: Failure): string => {
  if (failure._tag === "Unauthenticated" && failure.reason === "missing") {
    return "You are not signed in: chat login, or chat signup for a new account"
  }
  return failure.message
}

/** What is said of a fault: nobody but who mends it could do anything with where it was. */
export const faultText = (fault: unknown): string =>
  `chat: a fault in the program: ${fault instanceof Error ? printableLine(fault.message) : "unknown"}`

/** A failure as JSON. */
export const encodeFailure = (failure: Failure) => Effect.orDie(Schema.encodeEffect(Failure)(failure))

/** The line on stderr: for programs the failure's encoding, for people what they can do about it. */
export const render = (failure: Failure, json: boolean): Effect.Effect<string> =>
  json ? Effect.map(encodeFailure(failure), printableJson) : Effect.succeed(`chat: ${printableLine(textOf(failure))}`)
