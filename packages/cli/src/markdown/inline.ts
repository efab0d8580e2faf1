/** The text of a paragraph: weights, code, links and mentions. */
import { findMentions } from "@chat/domain/mentions"
import { linkTarget } from "../text/ansi.ts"
import { legible } from "../text/printable.ts"
import { type Line, type Span, span, type Style } from "../text/styled.ts"
import type { Token } from "./read.ts"

/** Whom a name means: the reader, somebody else, or nobody. */
export type Who = (name: string) => "me" | "other" | undefined

export interface Reading {
  readonly who: Who
  /** Whether the terminal follows links; else their addresses are shown in full. */
  readonly links: boolean
}

const mention = { me: "mentionMe", other: "mention" } as const

const textSpans = (text: string, style: Style, { who }: Reading): ReadonlyArray<Span> => {
  const spans: Array<Span> = []
  let end = 0
  for (const { from, to, who: found } of findMentions(text, who)) {
    spans.push(span(legible(text.slice(end, from)), style))
    spans.push(span(legible(text.slice(from, to)), { ...style, fg: mention[found] }))
    end = to
  }
  spans.push(span(legible(text.slice(end)), style))
  return spans.filter((one) => one.text !== "")
}

/** The address as it is reached, and what of it says where that is. */
const placeOf = (address: string): { readonly target: string; readonly place: string } | undefined => {
  const target = linkTarget(address)
  if (target === undefined || !URL.canParse(target)) return undefined
  // of a name in other letters that looks like one in these, the form in which it is looked up
  const { href, protocol, pathname, host } = new URL(target)
  return { target: href, place: protocol === "mailto:" ? pathname : host }
}

const bare = (text: string): string =>
  text
    .trim()
    .replace(/^(?:https?:\/\/|mailto:)/iu, "")
    .replace(/\/$/u, "")

/**
 * A link goes by its text, and after it stands where it leads, unless the text is the address itself: nobody is led
 * elsewhere by what a link seems to be.
 */
const linkSpans = (token: LinkToken, style: Style, reading: Reading): ReadonlyArray<Span> => {
  const { href, text, autolink = false } = token
  const shown = text.trim() === "" ? href : text
  const found = placeOf(href)
  const linked: Style = found === undefined ? style : { ...style, fg: "link", link: found.target }
  const label = span(legible(shown.replaceAll(/\s+/gu, " ")), linked)
  // in other letters one address can look like another
  const isPlain = /^[\x20-\x7E]*$/u.test(/^[^/?#]*/u.exec(bare(shown))?.[0] ?? "")
  if (isPlain && (autolink || bare(shown) === bare(href))) return [label]
  const looksLikeAddress = /[.:/@]/u.test(shown.trim())
  const where = found !== undefined && reading.links && !looksLikeAddress ? found.place : (found?.target ?? href)
  return [label, span(` (${legible(where)})`, { ...style, fg: "muted" })]
}

interface LinkToken {
  readonly href: string
  readonly text: string
  /** It was not written as a link. */
  readonly autolink?: boolean
}

const isLink = (token: Token): token is Token & LinkToken => "href" in token && "text" in token

const weights: Readonly<Record<string, Style>> = {
  strong: { bold: true },
  em: { italic: true },
  del: { strike: true },
}

const tokensOf = (token: Token): ReadonlyArray<Token> | undefined => ("tokens" in token ? token.tokens : undefined)

const rawText = (token: Token): string => ("text" in token && typeof token.text === "string" ? token.text : token.raw)

const spansOf = (token: Token, style: Style, reading: Reading): ReadonlyArray<Span> => {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return inlineSpans(tokensOf(token) ?? [], { ...style, ...weights[token.type] }, reading)
    case "link":
    case "image":
      return isLink(token) ? linkSpans(token, style, reading) : [span(legible(token.raw), style)]
    case "codespan":
      // with its ticks, which say that it is code also where there are no colours
      return [span(legible(`\`${rawText(token)}\``), { ...style, fg: "code" })]
    case "br":
      return [span("\n", style)]
    case "checkbox":
      return [span("checked" in token && token.checked === true ? "[x] " : "[ ] ", style)]
    case "escape":
      return [span(legible(rawText(token)), style)]
    case "text": {
      const tokens = tokensOf(token)
      return tokens === undefined ? textSpans(rawText(token), style, reading) : inlineSpans(tokens, style, reading)
    }
    default:
      return textSpans(token.raw, style, reading)
  }
}

export const inlineSpans = (tokens: ReadonlyArray<Token>, style: Style, reading: Reading): Line =>
  tokens.flatMap((token) => spansOf(token, style, reading))
