/** Markdown as rows of the terminal. */
import { legible, legibleLine } from "../text/printable.ts"
import { type Line, lineWidth, span, type Style, truncate } from "../text/styled.ts"
import { wrap, type WrapOptions } from "../text/wrap.ts"
import type { Highlight } from "./highlight.ts"
import { inlineSpans, type Reading } from "./inline.ts"
import { readMarkdown, type Token } from "./read.ts"

export interface MarkdownOptions extends Reading {
  /** Not there until the library is: code is then shown in one colour. */
  readonly highlight?: Highlight | undefined
}

interface Place {
  readonly columns: number
  readonly first: Line
  readonly rest: Line
}

const plain: Style = {}
const codeStyle: Style = { fg: "code" }
const quoteBar = span("│ ", { fg: "quote" })
const muted: Style = { fg: "muted" }
const codeBar = span("▎", muted)

/** Narrower than this nothing is set in any further. */
const narrowest = 12

/** What stands before the rows of something that is set in; before all but the first only as long as there is room for it. */
const within = ({ columns, first, rest }: Place, before: Line, after: Line): Place => ({
  columns,
  first: [...first, ...before],
  rest: columns - lineWidth(rest) - lineWidth(after) < narrowest ? rest : [...rest, ...after],
})

const wrapped = (spans: Line, { columns, first, rest }: Place): ReadonlyArray<Line> =>
  wrap(spans, columns, { first, rest } satisfies WrapOptions)

const tokensOf = (token: Token): ReadonlyArray<Token> => ("tokens" in token ? (token.tokens ?? []) : [])

const codeRows = (token: Token, place: Place, { highlight }: MarkdownOptions): ReadonlyArray<Line> => {
  const text = "text" in token && typeof token.text === "string" ? token.text : token.raw
  const label = "lang" in token && typeof token.lang === "string" ? token.lang : ""
  const [language = ""] = label.split(/\s/u)
  const inside = within(place, [codeBar], [codeBar])
  const lines =
    (language === "" ? undefined : highlight?.(text, language)) ??
    text.split("\n").map((line) => [span(legible(line), codeStyle)])
  const labelled = label === "" ? lines : [[span(legibleLine(label), muted)], ...lines]
  return labelled.flatMap((line, index) => wrapped(line, index === 0 ? inside : { ...inside, first: inside.rest }))
}

interface ListToken {
  readonly ordered: boolean
  readonly start: number | ""
  readonly items: ReadonlyArray<Token>
}

const isList = (token: Token): token is Token & ListToken => token.type === "list" && "items" in token

const listRows = ({ ordered, start, items }: ListToken, place: Place, options: MarkdownOptions): ReadonlyArray<Line> =>
  items.flatMap((item, index) => {
    const [first, ...others] = tokensOf(item)
    const task = first?.type === "checkbox" ? first : undefined
    const number = ordered ? `${(start === "" ? 1 : start) + index}. ` : "• "
    const sign =
      task === undefined ? number : `${number}${"checked" in task && task.checked === true ? "[x] " : "[ ] "}`
    const inside = within(place, [span(sign)], [span(" ".repeat(sign.length))])
    const here = index === 0 ? inside : { ...inside, first: [...place.rest, span(sign)] }
    return blockRows(task === undefined ? tokensOf(item) : others, here, options)
  })

const rowsOf = (token: Token, place: Place, options: MarkdownOptions): ReadonlyArray<Line> => {
  switch (token.type) {
    case "heading":
      return wrapped(inlineSpans(tokensOf(token), { bold: true, fg: "title" }, options), place)
    case "code":
      return codeRows(token, place, options)
    case "blockquote":
      return blockRows(tokensOf(token), within(place, [quoteBar], [quoteBar]), options, { fg: "quote" })
    case "list":
      return isList(token) ? listRows(token, place, options) : []
    case "hr":
      return [truncate([...place.first, span("─".repeat(20), muted)], place.columns)]
    default:
      return wrapped(inlineSpans([token], plain, options), place)
  }
}

const blockRows = (
  tokens: ReadonlyArray<Token>,
  place: Place,
  options: MarkdownOptions,
  style: Style = plain,
): ReadonlyArray<Line> => {
  const rows: Array<Line> = []
  for (const token of tokens) {
    const here = rows.length === 0 ? place : { ...place, first: place.rest }
    if (token.type === "space") {
      if (rows.length > 0) rows.push(truncate(here.first, place.columns))
    } else if (token.type === "paragraph" || token.type === "text") {
      rows.push(...wrapped(inlineSpans([{ ...token, type: "text" }], style, options), here))
    } else rows.push(...rowsOf(token, here, options))
  }
  return rows
}

/** The rows of a text, none of them wider than so many columns. */
export const markdownRows = (text: string, columns: number, options: MarkdownOptions): ReadonlyArray<Line> =>
  columns <= 0 ? [] : blockRows(readMarkdown(text), { columns, first: [], rest: [] }, options)
