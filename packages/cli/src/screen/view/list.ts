/** The list of conversations. */
import type { ConversationId } from "@chat/domain/Ids"
import type { ConversationState } from "@chat/domain/state/State"
import { presenceOf, typists } from "@chat/domain/state/view"
import { labelOfConversation } from "../../live/label.ts"
import { fit, type Line, span, type Style, truncate, width } from "../../text/styled.ts"
import { groupsOf, levelOf } from "../conversations.ts"
import type { ChatView, Model } from "../Model.ts"

/** Signs, so that nothing is said by a colour alone. */
const signs = { online: "●", away: "◐", dnd: "⊘", offline: "○" } as const
const roles = { online: "online", away: "away", dnd: "busy", offline: "muted" } as const

const signOf = ({ peer, kind, notifications }: ConversationState, { state }: ChatView) => {
  if (peer !== null) {
    const presence = presenceOf(state, peer.id)
    return span(`${signs[presence]} `, { fg: roles[presence] })
  }
  return span(kind === "group" ? "& " : notifications === undefined ? "  " : "- ", { fg: "muted" })
}

const rowOf = (
  conversation: ConversationState,
  number: number,
  columns: number,
  model: Model,
  chat: ChatView,
): Line => {
  const { id, mentions, unread } = conversation
  const isOpen = id === model.current
  const isMuted = levelOf(conversation, chat.now) !== "all"
  const count = mentions > 0 ? `@${mentions}` : unread > 0 ? `${unread}` : ""
  const typing = typists(chat.state, id).length > 0 ? " …" : ""
  const tail = `${typing}${count === "" ? "" : ` ${count}`}`
  const style: Style = isMuted && mentions === 0 ? { fg: "muted" } : unread > 0 ? { bold: true } : {}
  const head = [
    span(number <= 9 ? `${number} ` : "  ", { fg: "muted" }),
    signOf(conversation, chat),
    span(labelOfConversation(conversation), style),
  ]
  const line = [
    ...fit(head, Math.max(0, columns - width(tail))),
    span(typing, { fg: "muted" }),
    span(count === "" ? "" : ` ${count}`, mentions > 0 ? { fg: "mentionMe" } : { fg: "unread" }),
  ]
  const background = { bg: "selected" } as const
  return isOpen
    ? fit(
        line.map(({ text, style }) => ({ text, style: { ...style, ...background } })),
        columns,
        background,
      )
    : line
}

interface ListRow {
  readonly line: Line
  /** Of a title: `null`. */
  readonly id: ConversationId | null
}

/** As many as fit, the open one among them. */
export const listRows = (model: Model, chat: ChatView, columns: number, height: number): ReadonlyArray<ListRow> => {
  const rows: Array<ListRow> = []
  let number = 0
  for (const { title, conversations } of groupsOf(chat)) {
    rows.push({ line: truncate([span(title, { fg: "muted", bold: true })], columns), id: null })
    for (const conversation of conversations) {
      const line = truncate(rowOf(conversation, ++number, columns, model, chat), columns)
      rows.push({ line, id: conversation.id })
    }
  }
  const open = rows.findIndex(({ id }) => id !== null && id === model.current)
  const top = Math.max(0, Math.min(open - Math.floor(height / 2), rows.length - height))
  return rows.slice(top, top + height)
}
