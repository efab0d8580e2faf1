/** Drafts, as they come with a conversation and change after that. */
import type { Draft } from "../Draft.ts"
import type { ConversationId } from "../Ids.ts"
import type { DraftChanged } from "../Sync.ts"
import type { Seq } from "../Values.ts"
import type { ConversationState, State } from "./State.ts"

/** That of a conversation, or of a thread of it; `undefined`: nothing has been begun there. */
export const draftOf = (state: State, conversation: ConversationId, thread: Seq | null = null): Draft | undefined =>
  state.conversations.get(conversation)?.drafts?.find((draft) => draft.thread === thread)

/** With one that was written or removed. */
export const changed = (before: ConversationState, item: typeof DraftChanged.Type): ConversationState => {
  const { drafts: known = [], ...conversation } = before
  const { thread, body, at, rev } = item
  if (known.some((draft) => draft.thread === thread && draft.rev >= rev)) return before
  const others = known.filter((draft) => draft.thread !== thread)
  const drafts = body === null ? others : [...others, { thread, body, at, rev }]
  if (drafts.length === 0) return known.length === 0 ? before : conversation
  // As the server orders them: that of the conversation itself comes first.
  return { ...conversation, drafts: drafts.toSorted((a, b) => (a.thread ?? 0) - (b.thread ?? 0)) }
}
