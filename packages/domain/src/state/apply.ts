/**
 * The reducer: what a `Sync` sends, and what a client fetches, makes a new state out of an old one. Pure and total.
 *
 * Each log has its own cursor. An event at or below it has been folded in already and changes nothing. An event beyond
 * the next one cannot come from a server that keeps the contract; it is ignored as well, so that the cursor stays true
 * and the next `Sync` sends what is missing. Logs do not depend on each other, but for this: `ConversationAppeared`
 * comes before anything of that log, `ConversationGone` after everything.
 */
import type { LogEvent } from "../Event.ts"
import { accountLog, type ConversationId, type LogId } from "../Ids.ts"
import type {
  AccountSnapshot,
  ConversationSnapshot,
  DraftChanged,
  PositionChanged,
  Skip,
  SyncItem,
  ThreadPositionChanged,
  UserChanged,
} from "../Sync.ts"
import type { Seq } from "../Values.ts"
import * as Account from "./account.ts"
import { noContacts } from "./contacts.ts"
import * as Conversation from "./conversation.ts"
import * as Drafts from "./drafts.ts"
import * as Fetches from "./fetches.ts"
import * as Hidden from "./hidden.ts"
import { type AccountState, type ConversationState, type LocalItem, me, type State } from "./State.ts"
import * as Users from "./users.ts"
import * as Marks from "./marks.ts"
import * as Threads from "./threads.ts"
import * as View from "./view.ts"
import { emptyWindow } from "./window.ts"

/** The state after an item. What has not changed is the same object as before. */
export const apply = (state: State, item: SyncItem | LocalItem): State => applyAll(state, [item])

/** The state after several items, in less time than one after the other: the map is copied once. */
export const applyAll = (state: State, items: Iterable<SyncItem | LocalItem>): State => {
  const draft: Draft = { state, copied: false }
  for (const item of items) step(draft, Users.renew(item, draft.state.users))
  return draft.state
}

/** A state in the making. Its map of conversations is copied before the first change, and changed from then on. */
interface Draft {
  state: State
  copied: boolean
}

const step = (draft: Draft, item: SyncItem | LocalItem): void => {
  switch (item._tag) {
    case "Event":
      return onEvent(draft, item.event)
    case "Skip":
      return onSkip(draft, item)
    case "ConversationSnapshot":
      return onConversationSnapshot(draft, item)
    case "AccountSnapshot":
      return onAccountSnapshot(draft, item)
    case "PositionChanged":
      return onPositionChanged(draft, item)
    case "UserChanged":
      return onUserChanged(draft, item)
    case "CaughtUp":
      draft.state = { ...draft.state, stamp: item.stamp }
      return
    case "NoticesChanged":
      draft.state = { ...draft.state, notices: item.notices }
      return
    case "ThreadPositionChanged":
      return onThreadPositionChanged(draft, item)
    case "DraftChanged":
      return onDraftChanged(draft, item)
    case "MarksChanged":
      draft.state = Marks.changed(draft.state, item)
      return
    case "PresenceChanged":
      draft.state = View.present(draft.state, item.users)
      return
    case "TypingChanged":
      draft.state = View.typing(draft.state, item)
      return
    case "TypingOver":
      draft.state = View.typingOver(draft.state, item.typist)
      return
    case "Watched":
      draft.state = View.watched(draft.state, item)
      return
    case "FetchStarted":
      draft.state = Fetches.start(draft.state, item)
      return
    case "FetchFailed":
      draft.state = Fetches.end(draft.state, item.fetch)
      return
    case "MarksFetched":
      return onMarksFetched(draft, item)
    case "HistoryFetched":
    case "MembersFetched":
      return onFetched(draft, item)
  }
}

const onEvent = (draft: Draft, came: LogEvent): void => {
  const { account } = draft.state
  if (account !== null && came.log === accountLog(account.account.id)) return onOwnEvent(draft, account, came)
  const conversation = conversationOf(draft, came.log)
  if (conversation === undefined || came.seq !== conversation.seq + 1) return
  const event = Hidden.maskEvent(came, draft.state.hidden)
  set(draft, Conversation.advance(conversation, event, me(draft.state)))
  draft.state = Fetches.keep(draft.state, conversation.id, event)
  if (Marks.changesMembers(event)) draft.state = Marks.forget(draft.state, conversation.id)
  if (event.type === "MessagePosted") draft.state = View.posted(draft.state, event.data.message)
}

const onOwnEvent = (draft: Draft, account: AccountState, event: LogEvent): void => {
  if (event.seq !== account.seq + 1) return
  draft.state = { ...draft.state, account: Account.advance(account, event) }
  if (event.type === "Blocked" || event.type === "Unblocked") draft.state = Marks.related(draft.state)
  if (event.type === "ReceiptsChanged") draft.state = Marks.forgetAll(draft.state)
  if (event.type === "ConversationAppeared" || event.type === "ConversationGone") {
    remove(draft, event.data.conversation)
  }
  if (event.type === "MessageHidden") {
    const { conversation: id, seq } = event.data
    draft.state = { ...draft.state, hidden: Hidden.hide(draft.state.hidden, id, seq) }
    const conversation = draft.state.conversations.get(id)
    if (conversation !== undefined) show(draft, conversation)
  }
}

const onSkip = (draft: Draft, { log, from, to, mark }: typeof Skip.Type): void => {
  const { account } = draft.state
  const passes = (cursor: Seq) => from <= cursor + 1 && to > cursor
  if (account !== null && log === accountLog(account.account.id)) {
    if (passes(account.seq)) draft.state = { ...draft.state, account: { ...account, seq: to, mark } }
    return
  }
  const conversation = conversationOf(draft, log)
  if (conversation !== undefined && passes(conversation.seq)) set(draft, { ...conversation, seq: to, mark })
}

const onConversationSnapshot = (draft: Draft, { conversation, reason }: typeof ConversationSnapshot.Type): void => {
  show(draft, { ...conversation, window: emptyWindow(conversation.seq), members: null })
  draft.state = Marks.forget(Fetches.restart(draft.state, conversation, reason), conversation.id)
  const { outdated } = draft.state
  if (outdated.has(conversation.id)) {
    draft.state = { ...draft.state, outdated: new Set([...outdated].filter((id) => id !== conversation.id)) }
  }
}

const onAccountSnapshot = (draft: Draft, snapshot: typeof AccountSnapshot.Type): void => {
  const { account, sessions, contacts = noContacts, invitations, presence, sendsRead, sendsDelivered } = snapshot
  const { seq, mark } = snapshot
  const receipts = { read: sendsRead, delivered: sendsDelivered }
  // What was hidden up to here is not known, but each conversation comes as a snapshot after this: only a page that is on
  // its way may be from before.
  const fetches = draft.state.account === null ? draft.state.fetches : new Map()
  const own = { account, sessions, contacts, invitations, presence, receipts, seq, mark }
  draft.state = Marks.forgetAll({ ...draft.state, account: own, hidden: new Map(), fetches })
  const there = new Set(snapshot.conversations)
  for (const id of draft.state.conversations.keys()) if (!there.has(id)) remove(draft, id)
  draft.state = { ...draft.state, outdated: new Set(draft.state.conversations.keys()) }
}

const onPositionChanged = (
  draft: Draft,
  { conversation: id, position, unread, mentions, notifications }: typeof PositionChanged.Type,
): void => {
  const conversation = draft.state.conversations.get(id)
  if (conversation === undefined || position.rev < conversation.position.rev) return
  const { notifications: _, ...rest } = conversation
  set(draft, { ...rest, position, unread, mentions, ...(notifications === undefined ? {} : { notifications }) })
}

const onThreadPositionChanged = (draft: Draft, item: typeof ThreadPositionChanged.Type): void => {
  const conversation = draft.state.conversations.get(item.conversation)
  if (conversation !== undefined) set(draft, Threads.changed(conversation, item))
}

const onDraftChanged = (draft: Draft, item: typeof DraftChanged.Type): void => {
  const conversation = draft.state.conversations.get(item.conversation)
  if (conversation !== undefined) set(draft, Drafts.changed(conversation, item))
}

const onUserChanged = (draft: Draft, { user }: typeof UserChanged.Type): void => {
  const users = Users.learn(draft.state.users, user)
  if (users === draft.state.users) return
  const state = Users.renew(draft.state, new Map([[user.id, user]]))
  // A map that changed was copied by that.
  draft.copied ||= state.conversations !== draft.state.conversations
  draft.state = { ...state, users }
}

const onFetched = (draft: Draft, item: Fetches.Fetched): void => {
  const fetch = draft.state.fetches.get(item.fetch)
  if (fetch === undefined) return
  draft.state = Fetches.end(draft.state, item.fetch)
  const conversation = draft.state.conversations.get(fetch.conversation)
  if (conversation !== undefined) show(draft, Fetches.merge(conversation, fetch, item))
}

const onMarksFetched = (
  draft: Draft,
  { fetch: number, page }: Extract<LocalItem, { readonly _tag: "MarksFetched" }>,
): void => {
  const fetch = draft.state.fetches.get(number)
  if (fetch !== undefined) draft.state = Marks.fetched(Fetches.end(draft.state, number), fetch, page)
}

// The log of a conversation has its id; that of anything else is not among the keys.
const conversationOf = (draft: Draft, log: LogId): ConversationState | undefined =>
  draft.state.conversations.get(log as string as ConversationId)

const set = (draft: Draft, conversation: ConversationState): void => {
  if (draft.state.conversations.get(conversation.id) !== conversation) own(draft).set(conversation.id, conversation)
}

/** Without the text of what the account has hidden. */
const show = (draft: Draft, conversation: ConversationState): void =>
  set(draft, Hidden.mask(conversation, draft.state.hidden))

const remove = (draft: Draft, id: ConversationId): void => {
  draft.state = Marks.forget(draft.state, id)
  if (draft.state.conversations.has(id)) own(draft).delete(id)
}

const own = (draft: Draft): Map<ConversationId, ConversationState> => {
  if (!draft.copied) {
    draft.state = { ...draft.state, conversations: new Map(draft.state.conversations) }
    draft.copied = true
  }
  // Once copied, the map is the draft's own until `applyAll` returns.
  return draft.state.conversations as Map<ConversationId, ConversationState>
}
