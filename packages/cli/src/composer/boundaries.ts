/** Places in a text between which the cursor stands: always between two characters as a person sees them. */
import { graphemes } from "../text/graphemes.ts"

const words = new Intl.Segmenter(undefined, { granularity: "word" })

/** Where each character begins, and the end. */
const boundaries = (text: string): ReadonlyArray<number> => {
  const places = [0]
  let at = 0
  for (const cluster of graphemes(text)) places.push((at += cluster.length))
  return places
}

/** The last boundary before a place; the beginning, if there is none. */
export const before = (text: string, at: number): number => boundaries(text).findLast((place) => place < at) ?? 0

/** The first boundary after a place; the end, if there is none. */
export const after = (text: string, at: number): number => boundaries(text).find((place) => place > at) ?? text.length

/** The place itself, or the next boundary after it. */
export const snapped = (text: string, at: number): number =>
  at <= 0 ? 0 : (boundaries(text).find((place) => place >= at) ?? text.length)

/** The beginning of the word before a place. */
export const wordBefore = (text: string, at: number): number => {
  let start = 0
  for (const { index, isWordLike } of words.segment(text)) {
    if (index >= at) break
    if (isWordLike === true) start = index
  }
  return before(text, start + 1)
}

/** The end of the word after a place. */
export const wordAfter = (text: string, at: number): number => {
  for (const { index, segment, isWordLike } of words.segment(text)) {
    const end = index + segment.length
    if (isWordLike === true && end > at) return snapped(text, end)
  }
  return text.length
}

/** The end of the blank before the last word before a place; any other character is part of a word. */
export const blankBefore = (text: string, at: number): number => {
  const [found = ""] = /\S*\s*$/u.exec(text.slice(0, at)) ?? []
  return before(text, at - found.length + 1)
}

export const lineStart = (text: string, at: number): number => text.slice(0, at).lastIndexOf("\n") + 1

export const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf("\n", at)
  return end < 0 ? text.length : end
}
