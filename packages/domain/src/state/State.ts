/** What a client knows: everything that it shows is read from here, and only `apply` makes a new one. */
import type { Contacts } from "../Contact.ts"
import type { Conversation, MemberPage } from "../Conversation.ts"
import type { LogEvent } from "../Event.ts"
import { accountLog, type ConversationId, conversationLog, type LogId, type UserId } from "../Ids.ts"
import type { Invitation } from "../Invite.ts"
import type { HistoryPage } from "../Message.ts"
import type { Notice } from "../Notice.ts"
import type { Presence, PresenceChoice, Typist } from "../Presence.ts"
import type { ReadMarks, ReadMarksPage, Receipts } from "../ReadMarks.ts"
import type { Session } from "../Session.ts"
import type { Cursor } from "../Sync.ts"
import type { Account } from "../User.ts"
import type { Mark, Seq, Stamp, Timestamp } from "../Values.ts"
import type { Hidden } from "./hidden.ts"
import type { Members } from "./members.ts"
import type { Users } from "./users.ts"
import type { Window } from "./window.ts"

/** The account, as of `seq` of its log. */
export interface AccountState {
  readonly account: Account
  /** By `createdAt`, then by id. */
  readonly sessions: ReadonlyArray<Session>
  /** How it wants to be seen. */
  readonly presence: PresenceChoice
  /** Whether it tells others how far it has got. */
  readonly receipts: Receipts
  readonly contacts: Contacts
  /** The rooms that it is invited to, each as it was then; by `at`, then by the room's id. */
  readonly invitations: ReadonlyArray<Invitation>
  readonly seq: Seq
  readonly mark: Mark
}

/** A conversation, as of `seq` of its log, with what is loaded of it. */
export interface ConversationState extends Conversation {
  readonly window: Window
  /** `null`: not loaded. */
  readonly members: Members | null
}

/**
 * A page that is on its way. What changes messages or members is kept until it arrives, because the page may have been
 * read before the change.
 */
export interface Fetch {
  readonly conversation: ConversationId
  /** From here on nothing is missing in `changes`; a page from before is of no use. */
  readonly since: Seq
  readonly changes: ReadonlyArray<LogEvent>
  /** A block began or ended since then: of marks it may have what is not told any more. */
  readonly related?: true
}

/** How far others have got in a conversation. */
export interface Marks {
  /** A page has come; before that, not everybody is here. */
  readonly loaded: boolean
  readonly of: ReadonlyMap<UserId, ReadMarks>
}

export interface State {
  /** `null` until the first snapshot. */
  readonly account: AccountState | null
  readonly conversations: ReadonlyMap<ConversationId, ConversationState>
  /**
   * Conversations that are from before the account's snapshot, which has left out what was said of them in its log: each
   * comes as a snapshot as well, in this `Sync` or, because no cursor of it is offered, in the next.
   */
  readonly outdated: ReadonlySet<ConversationId>
  /** From the last `CaughtUp`, for the next `Sync`. */
  readonly stamp: Stamp | null
  /** Everybody of whom a change is known: nothing in here is of an older version. */
  readonly users: Users
  /** What the account has deleted for itself since its snapshot. */
  readonly hidden: Hidden
  /** By the number that the client gave them. */
  readonly fetches: ReadonlyMap<number, Fetch>
  /** How far others have got, where it was asked for. */
  readonly marks: ReadonlyMap<ConversationId, Marks>
  /** What the server tells everybody, the newest first; `noticesAt` leaves out those that have ended. */
  readonly notices: ReadonlyArray<Notice>
  /** Those who are in view; of anybody else nothing is known. */
  readonly presence: ReadonlyMap<UserId, Presence>
  /** Who is writing in what is in view, each of them once per conversation and thread. */
  readonly typing: ReadonlyArray<Typist>
}

/**
 * What a client itself has to tell the reducer. Each fetch has a number of its own, starts before its call is sent and
 * ends once: with its page, or as failed.
 */
export type LocalItem =
  | { readonly _tag: "FetchStarted"; readonly fetch: number; readonly conversation: ConversationId }
  | { readonly _tag: "HistoryFetched"; readonly fetch: number; readonly page: HistoryPage }
  | {
      readonly _tag: "MembersFetched"
      readonly fetch: number
      /** What was given to `ListMembers`; `null`: nothing, so that the list begins anew. */
      readonly after: string | null
      readonly page: MemberPage
    }
  | { readonly _tag: "MarksFetched"; readonly fetch: number; readonly page: ReadMarksPage }
  | { readonly _tag: "FetchFailed"; readonly fetch: number }
  /** What is in view now, and how those in it are seen: what `Watch` answered, or nothing after the connection was lost. */
  | {
      readonly _tag: "Watched"
      readonly conversations: ReadonlyArray<ConversationId>
      readonly users: ReadonlyArray<Presence>
    }
  /** Nothing more was heard of somebody who was writing. */
  | { readonly _tag: "TypingOver"; readonly typist: Typist }

/** Before anything has come. */
export const empty: State = {
  account: null,
  conversations: new Map(),
  outdated: new Set(),
  stamp: null,
  users: new Map(),
  hidden: new Map(),
  fetches: new Map(),
  marks: new Map(),
  notices: [],
  presence: new Map(),
  typing: [],
}

/** Who one is; `null` until the account has come. */
export const me = (state: State): UserId | null => state.account?.account.id ?? null

/** How far a log has been folded in; `undefined`: nothing of it is here. */
export const cursorOf = (state: State, log: LogId): Cursor | undefined => {
  const { account, conversations } = state
  const place =
    account !== null && accountLog(account.account.id) === log
      ? account
      : // The log of a conversation has its id; that of anything else is not among the keys.
        conversations.get(log as string as ConversationId)
  return place === undefined ? undefined : { log, seq: place.seq, mark: place.mark }
}

/** For the next `Sync`: the log of the account, then those of its conversations, the newest first; not the `outdated`. */
export const cursors = (state: State): ReadonlyArray<Cursor> => {
  const { account, outdated } = state
  const there = conversationList(state).filter(({ id }) => !outdated.has(id))
  const conversations = there.map(({ id, seq, mark }) => ({ log: conversationLog(id), seq, mark }))
  return account === null
    ? conversations
    : [{ log: accountLog(account.account.id), seq: account.seq, mark: account.mark }, ...conversations]
}

/** As a list shows them, and as `ListConversations` orders them: the newest message first, then the greater id. */
export const conversationList = (state: State): ReadonlyArray<ConversationState> =>
  [...state.conversations.values()].toSorted((a, b) => {
    const [left, right] = [lastActivity(a), lastActivity(b)]
    return left === right ? (a.id < b.id ? 1 : -1) : left < right ? 1 : -1
  })

/** The notices that are in force at a time, the newest first. */
export const noticesAt = ({ notices }: State, now: Timestamp): ReadonlyArray<Notice> =>
  notices.filter(({ until }) => until === undefined || until > now)

/** Unread messages in all conversations together. */
export const totalUnread = (state: State): number => {
  let total = 0
  for (const { unread } of state.conversations.values()) total += unread
  return total
}

const lastActivity = ({ lastMessage, createdAt }: Conversation) => lastMessage?.postedAt ?? createdAt
