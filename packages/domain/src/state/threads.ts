/**
 * What is new in threads. How far one has read in them comes with the conversation and changes after that; what is unread
 * is counted from the messages that are loaded, so that it agrees with them whatever happens to them.
 */
import type { ConversationId } from "../Ids.ts"
import type { Message } from "../Message.ts"
import type { ReadPosition } from "../ReadPosition.ts"
import type { ThreadPositionChanged } from "../Sync.ts"
import { mostThreadPositions, type ThreadPosition } from "../Thread.ts"
import { Seq } from "../Values.ts"
import { type ConversationState, me, type State } from "./State.ts"
import { countsInThread, isMentioned } from "./unread.ts"

/** A thread as `ListThreads` has it, but for its messages. */
export interface ThreadCounts {
  readonly position: ReadPosition
  readonly unread: number
  readonly mentions: number
}

/**
 * How far the account has read in the thread that a message began, what it wrote itself being read, and what of it is
 * unread. `undefined`: that message is not loaded, or the thread is so old that `ListThreads` has to be asked.
 */
export const threadCounts = (state: State, id: ConversationId, root: Seq): ThreadCounts | undefined => {
  const conversation = state.conversations.get(id)
  if (conversation === undefined || conversation.window.from > root) return undefined
  const marked = markedPosition(conversation.threads ?? [], root)
  if (marked === undefined) return undefined
  const account = me(state)
  const messages = conversation.window.messages.filter(({ thread }) => thread === root)
  const own = messages.findLast(({ author }) => author.id === account)?.seq ?? marked.seq
  const position = { seq: Seq.make(Math.max(marked.seq, own)), rev: marked.rev }
  const counts = ({ seq, author, deletedAt, hidden, thread }: Message) =>
    countsInThread({ seq, author: author.id, deleted: deletedAt !== null, hidden, thread }, account, position)
  const unread = messages.filter(counts)
  const mentioning = unread.filter(({ mentions, mentionsRoom }) =>
    isMentioned({ users: mentions, room: mentionsRoom }, account),
  )
  return { position, unread: unread.length, mentions: mentioning.length }
}

// Where as many came as can come, those of older threads may have been left out.
const markedPosition = (threads: ReadonlyArray<ThreadPosition>, root: Seq): ReadPosition | undefined => {
  const known = threads.find(({ thread }) => thread === root)
  if (known !== undefined) return known.position
  const [oldest] = threads
  const isLeftOut = threads.length >= mostThreadPositions && oldest !== undefined && root < oldest.thread
  return isLeftOut ? undefined : nothingRead
}

const nothingRead: ReadPosition = { seq: Seq.make(0), rev: 0 }

/** With one that moved. */
export const changed = (
  conversation: ConversationState,
  { thread, position }: typeof ThreadPositionChanged.Type,
): ConversationState => {
  const { threads = [] } = conversation
  if (threads.some((known) => known.thread === thread && known.position.rev >= position.rev)) return conversation
  const others = threads.filter((known) => known.thread !== thread)
  return { ...conversation, threads: [...others, { thread, position }].toSorted((a, b) => a.thread - b.thread) }
}
