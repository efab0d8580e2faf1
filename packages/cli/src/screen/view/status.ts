/** The line between the timeline and what is being written: the connection, who writes, what is new elsewhere. */
import type { ConnectionStatus } from "@chat/client/connection/ConnectionStatus"
import { me } from "@chat/domain/state/State"
import { typists } from "@chat/domain/state/view"
import { localTime } from "../../terminal/time.ts"
import { printableLine } from "../../text/printable.ts"
import { fit, type Line, lineWidth, span, type Span, truncate } from "../../text/styled.ts"
import { levelOf } from "../conversations.ts"
import type { ChatView, Model } from "../Model.ts"
import { focusedPane, viewportOf } from "../panes.ts"

const seconds = (milliseconds: number) => Math.max(0, Math.ceil(milliseconds / 1_000))

const connectionOf = (status: ConnectionStatus, now: number): Span => {
  switch (status._tag) {
    case "Online":
      return span("online", { fg: "online" })
    case "Connecting":
      return span("connecting…", { fg: "away" })
    case "SignedOut":
      return span("signed out", { fg: "error" })
    case "Offline": {
      const since = localTime(status.since)
      const next = seconds(status.retryAt - now)
      return span(`offline since ${since}, ${next === 0 ? "trying" : `trying in ${next} s`}`, { fg: "error" })
    }
  }
}

const typingOf = ({ current }: Model, { state }: ChatView): string => {
  if (current === null) return ""
  const names = typists(state, current)
    .filter(({ user }) => user.id !== me(state))
    .map(({ user }) => printableLine(user.username))
  if (names.length === 0) return ""
  return names.length > 3
    ? `${names.length} people write…`
    : `${names.join(", ")} ${names.length === 1 ? "writes" : "write"}…`
}

/** What is unread where one does not look, of what one wants to be told of. */
const elsewhere = ({ current }: Model, { state, now }: ChatView): string => {
  let [unread, mentions] = [0, 0]
  for (const conversation of state.conversations.values()) {
    const level = levelOf(conversation, now)
    if (conversation.id === current || level === "none") continue
    mentions += conversation.mentions
    if (level === "all") unread += conversation.unread
  }
  return [mentions > 0 ? `@${mentions}` : "", unread > 0 ? `${unread} unread` : ""]
    .filter((text) => text !== "")
    .join(" ")
}

/** How much there is below what is seen. */
const below = (model: Model, chat: ChatView): string => {
  const pane = focusedPane(model, chat)
  if (pane === undefined) return ""
  const { seen, atEnd } = viewportOf(model, chat, pane)
  const last = seen.at(-1)
  const more = pane.items.length - 1 - (last?.index ?? 0)
  return atEnd || last === undefined ? "" : more === 0 ? "↓" : `↓ ${more} more`
}

const waiting = ({ outbox, state }: ChatView): string => {
  const own = outbox.filter(({ account }) => account === me(state))
  const failed = own.filter(({ status }) => status._tag === "Failed").length
  const pending = own.filter(({ status }) => status._tag === "Pending").length
  return [pending > 0 ? `${pending} to send` : "", failed > 0 ? `${failed} not sent` : ""]
    .filter((text) => text !== "")
    .join(", ")
}

/** The names that a word may become, from the one that it is. */
const completionOf = ({ completing }: Model): ReadonlyArray<Span> | undefined => {
  if (completing === null || completing.completion.options.length < 2) return undefined
  const { completion, index } = completing
  return completion.options
    .slice(index, index + 12)
    .map(({ insert, says }, at) =>
      span(/^[@#/]/u.test(insert) ? insert : `${insert} ${says}`, at === 0 ? { fg: "match" } : { fg: "muted" }),
    )
}

const selecting = "r reply  t thread  + react  e edit  d delete  y copy  ? all  Esc"

export const statusLine = (model: Model, chat: ChatView, columns: number): Line => {
  const { notice } = model
  const connection = connectionOf(chat.connection, chat.now)
  const left: ReadonlyArray<Span> =
    completionOf(model) ??
    (notice !== null
      ? // there is no room for saying that all is well
        [
          ...(chat.connection._tag === "Online" ? [] : [connection]),
          span(notice.text, notice.isError ? { fg: "error" } : {}),
        ]
      : model.selected !== null
        ? [span(selecting, { fg: "muted" })]
        : [
            connection,
            span(waiting(chat) === "" ? "" : `  ${waiting(chat)}`, { fg: "pending" }),
            span(typingOf(model, chat) === "" ? "" : `  ${typingOf(model, chat)}`, { fg: "muted" }),
          ])
  const parts = [below(model, chat), elsewhere(model, chat)].filter((text) => text !== "").join("  ")
  const right = truncate([span(parts === "" ? "" : ` ${parts} `, { fg: "unread" })], Math.floor(columns / 2))
  const room = Math.max(0, columns - lineWidth(right))
  return [
    ...fit(
      [
        span("─", { fg: "border" }),
        ...left.map(({ text, style }) => span(text === "" ? "" : ` ${text}`, style)),
        span(" "),
      ],
      room,
    ),
    ...right,
  ]
}
