/** Rows as a terminal is sent them. */
import { clusterWidth, graphemes, isDoubtful, width } from "./graphemes.ts"
import type { Line, Style } from "./styled.ts"
import type { Theme } from "./theme.ts"

const attributes = [
  ["bold", "1"],
  ["dim", "2"],
  ["italic", "3"],
  ["underline", "4"],
  ["inverse", "7"],
  ["strike", "9"],
] as const

const renditions = (style: Style, { looks }: Theme): string =>
  [
    ...attributes.flatMap(([name, code]) => (style[name] === true ? [code] : [])),
    style.fg === undefined ? "" : looks[style.fg].fg,
    style.bg === undefined ? "" : looks[style.bg].bg,
  ]
    .filter((code) => code !== "")
    .join(";")

// Whatever else is in a span was made printable before; what was not is left out, and has no columns.
const obeyed = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]/gu

const followed = /^(?:https?:\/\/|mailto:)/iu

/** The address as it stands in the sequence of a link; `undefined`: it is none that is followed. */
export const linkTarget = (url: string): string | undefined =>
  followed.test(url) && url.length <= 2_000
    ? url.replaceAll(/[^\x21-\x7E]/gu, (character) => encodeURIComponent(character.toWellFormed()))
    : undefined

/** The same number for every part of a link that goes over several rows. */
const nameOf = (url: string): string => {
  let sum = 0
  for (let index = 0; index < url.length; index++) sum = (Math.imul(sum, 31) + url.charCodeAt(index)) | 0
  return (sum >>> 0).toString(36)
}

/** Says after each doubtful character where the next one stands, so that only that one can be drawn in the wrong place. */
const placed = (text: string, from: number): string => {
  if (!isDoubtful(text)) return text
  let column = from
  let written = ""
  for (const cluster of graphemes(text)) {
    column += clusterWidth(cluster)
    written += isDoubtful(cluster) ? `${cluster}\u001B[${column}G` : cluster
  }
  return written
}

/**
 * The row with its looks, which end with it. With `column`, the column (1, 2, ...) at which it begins, the terminal is told
 * where to go on after each character of which terminals do not agree how wide it is: then no text moves what follows it.
 */
export const toAnsi = (line: Line, theme: Theme, column?: number): string => {
  let written = ""
  let at = column
  let link: string | undefined
  let before = ""
  for (const { text, style } of line) {
    const target = theme.links && style.link !== undefined ? linkTarget(style.link) : undefined
    if (target !== link) {
      written += target === undefined ? "\u001B]8;;\u001B\\" : `\u001B]8;id=${nameOf(target)};${target}\u001B\\`
      link = target
    }
    const codes = renditions(style, theme)
    if (codes !== before) written += codes === "" ? "\u001B[0m" : `\u001B[0;${codes}m`
    before = codes
    const shown = text.replace(obeyed, "")
    written += at === undefined ? shown : placed(shown, at)
    if (at !== undefined) at += width(shown)
  }
  if (link !== undefined) written += "\u001B]8;;\u001B\\"
  return before === "" ? written : `${written}\u001B[0m`
}
