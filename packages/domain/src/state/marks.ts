/**
 * How far others have got, of the conversations for which it was asked. What changes while a page is on its way is kept,
 * whatever comes first: the greater `rev` is the newer.
 */
import type { ConversationId } from "../Ids.ts"
import type { ReadMarks, ReadMarksPage, Receipts } from "../ReadMarks.ts"
import type { MarksChanged } from "../Sync.ts"
import type { Seq } from "../Values.ts"
import type { Fetch, Marks, State } from "./State.ts"

/** How far the others have got; `undefined`: not loaded, or not any more. */
export const marksOf = (state: State, conversation: ConversationId): Marks["of"] | undefined => {
  const marks = state.marks.get(conversation)
  return marks?.loaded ? marks.of : undefined
}

/** Who has read a message. */
export const readBy = (state: State, message: { readonly conversation: ConversationId; readonly seq: Seq }) =>
  [...(marksOf(state, message.conversation)?.values() ?? [])].flatMap(({ user, read }) =>
    read >= message.seq ? [user] : [],
  )

export const changed = (state: State, changed: typeof MarksChanged.Type): State => {
  const { conversation, user, delivered, read, rev } = changed
  return merge(state, conversation, [{ user, delivered, read, rev }], false)
}

/** Unless the page is from before what is known: of other members, of other receipts, or of a block. */
export const fetched = (state: State, fetch: Fetch, page: ReadMarksPage): State => {
  const receipts = state.account?.receipts
  const isOld =
    page.conversation !== fetch.conversation ||
    page.asOf < fetch.since ||
    fetch.related === true ||
    fetch.changes.some((event) => changesMembers(event) && event.seq > page.asOf)
  // Before the first `CaughtUp` nothing says since when changes would have to be sent again.
  if (isOld || state.stamp === null || receipts === undefined || !isSame(receipts, page.receipts)) return state
  return merge(state, page.conversation, page.marks, true)
}

/** It has to be asked for again. */
export const forget = (state: State, conversation: ConversationId): State =>
  state.marks.has(conversation)
    ? { ...state, marks: new Map([...state.marks].filter(([id]) => id !== conversation)) }
    : state

/** What is told depends on what one tells. */
export const forgetAll = (state: State): State => (state.marks.size === 0 ? state : { ...state, marks: new Map() })

/** A block began or ended: whose marks are told is another matter, also in the pages that are on their way. */
export const related = (state: State): State => {
  if (state.fetches.size === 0) return forgetAll(state)
  const fetches = new Map([...state.fetches].map(([number, fetch]) => [number, { ...fetch, related: true as const }]))
  return forgetAll({ ...state, fetches })
}

export const changesMembers = ({ type }: { readonly type: string }): boolean =>
  type === "MemberJoined" || type === "MemberAdded" || type === "MemberLeft"

export const isSame = (one: Receipts, other: Receipts): boolean =>
  one.read === other.read && one.delivered === other.delivered

const merge = (state: State, conversation: ConversationId, marks: ReadonlyArray<ReadMarks>, isPage: boolean): State => {
  const known = state.marks.get(conversation)
  const newer = marks.filter(({ user, rev }) => rev > (known?.of.get(user)?.rev ?? -1))
  const loaded = isPage || known?.loaded === true
  if (newer.length === 0 && loaded === known?.loaded) return state
  const of = new Map([...(known?.of ?? []), ...newer.map((mark) => [mark.user, mark] as const)])
  return { ...state, marks: new Map(state.marks).set(conversation, { loaded, of }) }
}
