/** Cutting a text that is longer than a message may be, where it hurts least. */

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** A piece that is never cut, unless it is itself longer than a message: what a reader sees as one character. */
interface Piece {
  readonly text: string
  readonly length: number
  readonly blank: boolean
}

const piece = (text: string): Piece => ({ text, length: [...text].length, blank: text.trim() === "" })

const piecesOf = (text: string, limit: number): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  for (const { segment } of graphemes.segment(text)) {
    const whole = piece(segment)
    if (whole.length <= limit) pieces.push(whole)
    else pieces.push(...Array.from(segment, piece))
  }
  return pieces
}

/** How many pieces from `start` on fit into a message. */
const fitting = (pieces: ReadonlyArray<Piece>, start: number, limit: number): number => {
  let end = start
  let length = 0
  for (let next = pieces[end]; next !== undefined && length + next.length <= limit; next = pieces[end]) {
    length += next.length
    end += 1
  }
  return end
}

const lastIndex = (pieces: ReadonlyArray<Piece>, start: number, end: number, holds: (piece: Piece) => boolean) => {
  for (let index = end - 1; index >= start; index--) {
    const candidate = pieces[index]
    if (candidate !== undefined && holds(candidate)) return index
  }
  return -1
}

const isNotBlank = (piece: Piece) => !piece.blank

/** Where the message that begins at `start` ends: after a line, else after a word, else where no more fits. */
const cut = (pieces: ReadonlyArray<Piece>, start: number, end: number, limit: number): number => {
  // a message is never blank, so neither the end of the text nor a long blank stretch may be left to stand alone
  const isGood = (index: number) => {
    if (lastIndex(pieces, start, index, isNotBlank) < 0) return false
    const following = fitting(pieces, index, limit)
    return lastIndex(pieces, index, following, isNotBlank) >= 0
  }
  const middle = start + Math.floor((end - start) / 2)
  const natural = [
    lastIndex(pieces, middle, end, ({ text }) => text.endsWith("\n")) + 1,
    lastIndex(pieces, middle, end, ({ blank }) => blank) + 1,
    end,
    // only blanks follow: their share of the text goes with the last word
    lastIndex(pieces, start, end, isNotBlank),
  ]
  return natural.find((index) => index > start && isGood(index)) ?? -1
}

/**
 * The text in parts of at most `limit` code points that, joined, are the text again. No part is blank and no part ends
 * within what a reader sees as one character. `undefined`: the text has blank stretches of the length of a message, so that
 * no such way was found.
 */
export const split = (text: string, limit: number): ReadonlyArray<string> | undefined => {
  const pieces = piecesOf(text, limit)
  const parts: Array<string> = []
  let start = 0
  while (start < pieces.length) {
    const fits = fitting(pieces, start, limit)
    const end = fits === pieces.length ? fits : cut(pieces, start, fits, limit)
    if (end <= start || lastIndex(pieces, start, end, isNotBlank) < 0) return undefined
    parts.push(
      pieces
        .slice(start, end)
        .map(({ text }) => text)
        .join(""),
    )
    start = end
  }
  return parts
}
