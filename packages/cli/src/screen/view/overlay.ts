/** What lies over the timeline: the switcher, search, help, what a command said, and questions. */
import { commands } from "../../line/commands.ts"
import { labelOf } from "../../live/label.ts"
import { localMinute } from "../../terminal/time.ts"
import { foldedText, isFolded } from "../../messages/folding.ts"
import { printableLine } from "../../text/printable.ts"
import { fit, type Line, span, truncate } from "../../text/styled.ts"
import { conversationLog } from "@chat/domain/Ids"
import { graphemes } from "../../text/graphemes.ts"
import { wrap } from "../../text/wrap.ts"
import type { ChatView, Hit, Model } from "../Model.ts"
import { choices, emojiChoices } from "../switcher.ts"

const selected = { bg: "selected" } as const

const marked = (line: Line, columns: number, isSelected: boolean): Line =>
  isSelected
    ? fit(
        line.map(({ text, style }) => ({ text, style: { ...style, ...selected } })),
        columns,
        selected,
      )
    : truncate(line, columns)

/** A list with one that is selected, which is always seen. */
const list = (
  title: string,
  query: string,
  lines: ReadonlyArray<Line>,
  index: number,
  columns: number,
  height: number,
): ReadonlyArray<Line> => {
  const room = Math.max(0, height - 2)
  const top = Math.max(0, Math.min(index - Math.floor(room / 2), lines.length - room))
  return [
    truncate([span(title, { fg: "title" }), span("  Esc closes", { fg: "muted" })], columns),
    truncate([span("> ", { fg: "muted" }), span(query)], columns),
    ...lines.slice(top, top + room).map((line, at) => marked(line, columns, at + top === index)),
  ]
}

/** What was looked for stands out. */
const matched = (label: string, at: ReadonlyArray<number>): Line => {
  const wanted = new Set(at)
  let place = 0
  return graphemes(label).map((cluster) => {
    const isWanted = wanted.has(place)
    place += cluster.length
    return span(cluster, isWanted ? { fg: "match" } : {})
  })
}

const hitLine = ({ message }: Hit, chat: ChatView): Line => [
  span(`${localMinute(message.postedAt)} `, { fg: "muted" }),
  span(`${labelOf(chat.state, conversationLog(message.conversation)) ?? "(left)"} `, { fg: "title" }),
  ...(isFolded(chat.state, message)
    ? [span(foldedText([message]), { fg: "muted" })]
    : [
        span(`${printableLine(message.author.username)}: `, { bold: true }),
        span(printableLine((message.body ?? "").replaceAll(/\s+/gu, " "))),
      ]),
]

export const commandsTitle = "Commands"

export const helpLines = ({ keys: groups }: ChatView, columns: number): ReadonlyArray<Line> => {
  const row = (what: string, says: string) =>
    wrap([span(says)], columns, {
      first: [span(`  ${what.padEnd(18)} `, { bold: true })],
      rest: [span(" ".repeat(Math.min(21, Math.max(0, columns - 10))))],
    })
  const titled = (title: string): ReadonlyArray<Line> => [[span(title, { fg: "title" })]]
  const keys = groups.flatMap(({ title, rows }) =>
    titled(title).concat(
      rows.flatMap(({ keys, says }) => row(keys, says)),
      [[]],
    ),
  )
  const typed = commands.flatMap(({ name, takes, says }) => row(`/${name} ${takes}`.trimEnd(), says))
  return keys.concat(titled(commandsTitle), typed)
}

/** Text that somebody scrolls through; the place is held within it. */
export const pagerTop = (top: number, lines: number, height: number): number =>
  Math.max(0, Math.min(top, lines - Math.max(1, height - 1)))

const pager = (
  title: string,
  lines: ReadonlyArray<Line>,
  top: number,
  columns: number,
  height: number,
): ReadonlyArray<Line> => {
  const from = pagerTop(top, lines.length, height)
  const rest = lines.length - from - (height - 1)
  const hint = rest > 0 ? `  ${rest} more rows  Esc closes` : "  Esc closes"
  return [
    truncate([span(title, { fg: "title" }), span(hint, { fg: "muted" })], columns),
    ...lines.slice(from, from + Math.max(0, height - 1)).map((line) => truncate(line, columns)),
  ]
}

export const panelLines = (lines: ReadonlyArray<string>, columns: number): ReadonlyArray<Line> =>
  lines.flatMap((line) => wrap([span(line)], columns))

export const overlayRows = (model: Model, chat: ChatView, columns: number, height: number): ReadonlyArray<Line> => {
  const { overlay } = model
  switch (overlay._tag) {
    case "None":
      return []
    case "Switcher": {
      const lines = choices(chat, overlay.query.text).map(({ item, at }): Line =>
        [span("  ")].concat(matched(item.label, at), [
          span(item.mentions > 0 ? `  @${item.mentions}` : item.unread > 0 ? `  ${item.unread}` : "", { fg: "unread" }),
        ]),
      )
      return list("Go to", overlay.query.text, lines, overlay.index, columns, height)
    }
    case "Search": {
      const { found } = overlay
      const lines = found === null ? [] : found.hits.map((hit) => hitLine(hit, chat))
      const isEmpty = found !== null && found.hits.length === 0
      const title = isEmpty
        ? `Nothing was found for ${found.query}`
        : "Find messages: words, from:@ann, in:#room; Enter finds, and opens"
      return list(title, overlay.query.text, lines, overlay.index, columns, height)
    }
    case "React": {
      const lines = emojiChoices(model, chat, overlay.query.text).map(({ emoji, says }): Line => [
        span(`  ${emoji} `),
        span(says, { fg: "muted" }),
      ])
      return list(
        `An emoji for message ${overlay.message}, or its name`,
        overlay.query.text,
        lines,
        overlay.index,
        columns,
        height,
      )
    }
    case "Help":
      return pager("Keys and commands", helpLines(chat, columns), overlay.top, columns, height)
    case "Panel":
      return pager(overlay.title, panelLines(overlay.lines, columns), overlay.top, columns, height)
    case "Confirm":
      return [
        truncate([span(overlay.question, { fg: "title" })], columns),
        truncate([span("y: yes; anything else: no", { fg: "muted" })], columns),
      ]
  }
}
