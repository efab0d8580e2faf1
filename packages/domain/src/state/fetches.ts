/**
 * Pages that are on their way, and how one becomes part of a conversation although events have come meanwhile. A page
 * says as of which `seq` it was read. What changed above that is applied to it; what it has already changes nothing,
 * because the `rev` of a message and the `joined` of a member tell what is newer, also where the page is ahead of the
 * cursor. Counts change by events alone.
 */
import type { Conversation, MemberPage } from "../Conversation.ts"
import type { LogEvent } from "../Event.ts"
import type { ConversationId } from "../Ids.ts"
import type { HistoryPage } from "../Message.ts"
import type { SnapshotReason } from "../Sync.ts"
import { Seq } from "../Values.ts"
import { changeMembers } from "./conversation.ts"
import * as Members from "./members.ts"
import type { ConversationState, Fetch, LocalItem, State } from "./State.ts"
import * as Window from "./window.ts"

type Started = Extract<LocalItem, { readonly _tag: "FetchStarted" }>
export type Fetched = Extract<LocalItem, { readonly _tag: "HistoryFetched" | "MembersFetched" }>

export const start = (state: State, { fetch, conversation }: Started): State => {
  const since = state.conversations.get(conversation)?.seq ?? Seq.make(0)
  return { ...state, fetches: new Map(state.fetches).set(fetch, { conversation, since, changes: [] }) }
}

export const end = (state: State, fetch: number): State =>
  state.fetches.has(fetch)
    ? { ...state, fetches: new Map([...state.fetches].filter(([number]) => number !== fetch)) }
    : state

/** Keeps an event for the pages that it may have overtaken. */
export const keep = (state: State, conversation: ConversationId, event: LogEvent): State =>
  changesPages(event) ? each(state, conversation, (fetch) => ({ ...fetch, changes: [...fetch.changes, event] })) : state

/**
 * A snapshot came in the place of events, so that a page from before it can no longer be brought up to date. If it is of
 * another history (`mark`), nothing can be said about any page on its way.
 */
export const restart = (state: State, { id, seq }: Conversation, reason: typeof SnapshotReason.Type): State =>
  each(state, id, (fetch) => (reason === "mark" ? undefined : { ...fetch, since: seq, changes: [] }))

/** The conversation with the page, unless the page leaves a hole or is from before what is known since. */
export const merge = (conversation: ConversationState, fetch: Fetch, item: Fetched): ConversationState => {
  if (item.page.conversation !== conversation.id || item.page.asOf < fetch.since) return conversation
  return item._tag === "HistoryFetched"
    ? mergeHistory(conversation, item.page, fetch.changes)
    : mergeMembers(conversation, item.page, item.after, fetch.changes)
}

const mergeHistory = (
  conversation: ConversationState,
  page: HistoryPage,
  changes: ReadonlyArray<LogEvent>,
): ConversationState => {
  if (!Window.touches(conversation.window, page)) return conversation
  const later = new Map<Seq, Array<LogEvent>>()
  for (const event of changes) {
    const seq = Window.changedBy(event)
    if (seq !== undefined) later.set(seq, [...(later.get(seq) ?? []), event])
  }
  const messages = page.messages.map((message) => (later.get(message.seq) ?? []).reduce(Window.messageAfter, message))
  return { ...conversation, window: Window.merge(conversation.window, { ...page, messages }, conversation.seq) }
}

const mergeMembers = (
  conversation: ConversationState,
  page: MemberPage,
  after: string | null,
  changes: ReadonlyArray<LogEvent>,
): ConversationState => {
  const known = after === null ? null : conversation.members
  if (after !== null && known?.next !== after) return conversation
  const members = changes.reduce(changeMembers, Members.extend(null, page))
  return { ...conversation, members: Members.extend(known, { ...page, members: members.list }) }
}

const ofMembers: ReadonlySet<LogEvent["type"]> = new Set([
  "MemberJoined",
  "MemberAdded",
  "MemberLeft",
  "RoleChanged",
  "RoomTransferred",
])

const changesPages = (event: LogEvent): boolean => Window.changedBy(event) !== undefined || ofMembers.has(event.type)

const each = (state: State, conversation: ConversationId, change: (fetch: Fetch) => Fetch | undefined): State => {
  const fetches = new Map(state.fetches)
  let concerned = false
  for (const [number, fetch] of state.fetches) {
    if (fetch.conversation !== conversation) continue
    concerned = true
    const changed = change(fetch)
    if (changed === undefined) fetches.delete(number)
    else fetches.set(number, changed)
  }
  return concerned ? { ...state, fetches } : state
}
