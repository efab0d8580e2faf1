/** The account of the viewer of every history. */
import type { LogEvent } from "@chat/domain/Event"
import { accountLog, type ConversationId, SessionId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import type { Session } from "@chat/domain/Session"
import type { AccountSnapshot, Event } from "@chat/domain/Sync"
import type { Account } from "@chat/domain/User"
import { DeviceName, Email, Seq, Timestamp, Username } from "@chat/domain/Values"

const at = Timestamp.make("2026-01-01T00:00:00.000Z")
const [viewer] = LogHistory.people
if (viewer === undefined) throw new Error("There are no people")

export const account: Account = {
  id: viewer.id,
  username: Username.make("ada"),
  email: Email.make("ada@example.org"),
  createdAt: at,
}

export const session = (number: number): Session => ({
  id: SessionId.make(`00000004-0000-4000-8000-${String(number).padStart(12, "0")}`),
  device: DeviceName.make("laptop"),
  createdAt: at,
})

/** As of `seq` 1. */
export const accountSnapshot = (conversations: ReadonlyArray<ConversationId>): typeof AccountSnapshot.Type => ({
  _tag: "AccountSnapshot",
  account,
  sessions: [session(1)],
  conversations,
  presence: "online",
  sendsRead: true,
  sendsDelivered: true,
  invitations: [],
  seq: Seq.make(1),
  mark: LogHistory.markOf(1),
  reason: "new",
})

type AccountEvent = Extract<
  LogEvent,
  {
    readonly type:
      | "SessionStarted"
      | "SessionEnded"
      | "ConversationAppeared"
      | "ConversationGone"
      | "MessageHidden"
      | "FriendRequestSent"
      | "FriendRequestReceived"
      | "FriendRequestEnded"
      | "FriendAdded"
      | "FriendRemoved"
      | "Blocked"
      | "Unblocked"
      | "PreferencesChanged"
      | "InvitationReceived"
      | "InvitationEnded"
      | "Unknown"
  }
>

/** An event of the account's log. */
export const accountEvent = (
  seq: number,
  what: {
    [Type in AccountEvent["type"]]: Pick<Extract<AccountEvent, { readonly type: Type }>, "type" | "data">
  }[AccountEvent["type"]],
): typeof Event.Type => ({
  _tag: "Event",
  event: { log: accountLog(account.id), seq: Seq.make(seq), mark: LogHistory.markOf(seq), at, actor: null, ...what },
})
