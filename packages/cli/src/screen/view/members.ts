/** Who is in the conversation that is open. */
import type { UserId } from "@chat/domain/Ids"
import type { PresenceState } from "@chat/domain/Presence"
import { me, type State } from "@chat/domain/state/State"
import { presenceOf, typists } from "@chat/domain/state/view"
import { printableLine } from "../../text/printable.ts"
import { type Line, span, truncate } from "../../text/styled.ts"
import type { ChatView, Model } from "../Model.ts"

const order = { online: 0, dnd: 1, away: 2, offline: 3 } as const
const words = { online: "●", dnd: "⊘", away: "◐", offline: "○" } as const
const roles = { online: "online", away: "away", dnd: "busy", offline: "muted" } as const

/** The rows below the title, as many as fit, from a place that is held within them. */
export const membersTop = (top: number, count: number, height: number): number =>
  Math.max(0, Math.min(top, count - Math.max(1, height - 1)))

/** Nobody is told of themselves: they are as they want to be seen. */
const seenAs = (state: State, user: UserId): PresenceState => {
  const own = user === me(state) ? state.account?.presence : undefined
  return own === undefined ? presenceOf(state, user) : own === "invisible" ? "offline" : own
}

export const membersRows = (
  { current, side }: Model,
  chat: ChatView,
  columns: number,
  height: number,
): ReadonlyArray<Line> => {
  const conversation = current === null ? undefined : chat.state.conversations.get(current)
  if (conversation === undefined || side._tag !== "Members") return []
  const members = (conversation.members?.list ?? [])
    .map(({ user, role }) => ({ user, role, presence: seenAs(chat.state, user.id) }))
    .toSorted((a, b) => order[a.presence] - order[b.presence] || (a.user.username < b.user.username ? -1 : 1))
  const writing = new Set(typists(chat.state, conversation.id).map(({ user }) => user.id))
  const rows = members.map(({ user, role, presence }): Line => [
    span(`${words[presence]} `, { fg: roles[presence] }),
    span(printableLine(user.username), presence === "offline" ? { fg: "muted" } : {}),
    span(role === null || role === "member" ? "" : ` ${role}`, { fg: "muted" }),
    span(writing.has(user.id) ? " …" : "", { fg: "muted" }),
  ])
  const top = membersTop(side.top, rows.length, height)
  const shown = rows.slice(top, top + Math.max(0, height - 1))
  const below = conversation.memberCount - top - shown.length
  const more = [top > 0 ? "↑" : "", below > 0 ? `↓ ${below} more` : ""].filter((text) => text !== "").join(" ")
  const title: Line = [
    span("Members", { fg: "title" }),
    span(`  ${conversation.memberCount}${more === "" ? "" : `  ${more}`}`, { fg: "muted" }),
  ]
  return [title, ...shown].map((line) => truncate(line, columns))
}
