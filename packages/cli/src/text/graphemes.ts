/**
 * What a person takes for one character, and how many columns of a terminal it fills. Terminals do not agree about emoji
 * that are made of several code points, and about some scripts: what is `doubtful` here may come out wider or narrower.
 */
import { eastAsianWidth } from "get-east-asian-width"

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Letters and signs that are one code point and one column on every terminal; nothing here combines with a neighbour. */
const plain = /^[\x20-\x7E\xA1-\xAC\xAE-\u02FF\u0370-\u0377\u037B-\u0482\u048A-\u052F\u2010-\u2027\u2500-\u257F]*$/u

/** Emoji and what makes them, scripts whose letters join or stack, what is not seen, and what only some version or font knows. */
const doubtful =
  /[\p{Extended_Pictographic}\p{RI}\p{Emoji_Modifier}\p{Mc}\p{Co}\p{Cn}\u0900-\u11FF\u1780-\u17FF\u1A00-\u1CFF\uA800-\uABFF\uD7B0-\uD7FF\p{Default_Ignorable_Code_Point}\p{Me}]/u

const zeroWidth = /[\p{Cc}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}]/u

/** The grapheme clusters of a text: what the cursor moves over, and what is never cut in two. */
export const graphemes = (text: string): ReadonlyArray<string> =>
  plain.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment)

const known = new Map<string, number>()
const mostKnown = 10_000

const measure = (cluster: string): number => {
  if (/^\p{RGI_Emoji}$/v.test(cluster)) return 2
  // Other clusters of several letters, as the scripts of India have them, are drawn beside one another.
  let columns = 0
  for (const character of cluster) {
    if (!zeroWidth.test(character)) columns += eastAsianWidth(character.codePointAt(0) ?? 0)
  }
  return columns
}

/** The columns of one grapheme cluster. */
export const clusterWidth = (cluster: string): number => {
  const found = known.get(cluster)
  if (found !== undefined) return found
  const columns = measure(cluster)
  if (known.size >= mostKnown) known.clear()
  known.set(cluster, columns)
  return columns
}

/** The columns of a text on one line. What a terminal would obey, and what is never seen, has none. */
export const width = (text: string): number => {
  if (plain.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmenter.segment(text)) columns += clusterWidth(segment)
  return columns
}

/** Whether a terminal may give a text more or fewer columns than `width` says. */
export const isDoubtful = (text: string): boolean => doubtful.test(text)
