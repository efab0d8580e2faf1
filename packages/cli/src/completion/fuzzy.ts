/** Names found by some of their letters, the likeliest first. */

export interface Match<A> {
  readonly item: A
  /** Which characters of its name were looked for, in UTF-16 units. */
  readonly at: ReadonlyArray<number>
}

/** Without regard to case and accents; as long as the text, so that places stay the same. */
const folded = (text: string): string =>
  Array.from(text, (character) => {
    const plain = character.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase()
    return plain.length === character.length ? plain : character
  }).join("")

const isSeparator = (character: string | undefined): boolean =>
  character === undefined || !/[\p{L}\p{N}]/u.test(character)

/** What a letter adds that begins a word, or follows the one before; more than the letters between could take away. */
const beginsWord = 8
const followsOn = 5

interface Found {
  readonly score: number
  readonly at: ReadonlyArray<number>
}

/**
 * The best way to find the letters in their order: at the beginnings of words, and together. Looks from the end of what is
 * looked for, keeping for each place of the text the best way to find the rest from there on.
 */
const findLetters = (wanted: string, text: string): Found | undefined => {
  const bonus = Array.from({ length: text.length }, (_, index) => (isSeparator(text[index - 1]) ? beginsWord : 0))
  let rest: ReadonlyArray<Found | undefined> = Array.from({ length: text.length + 1 }, () => ({ score: 0, at: [] }))
  for (let letter = wanted.length - 1; letter >= 0; letter--) {
    const best: Array<Found | undefined> = []
    best[text.length] = undefined
    for (let place = text.length - 1; place >= 0; place--) {
      const further = best[place + 1]
      const after = text[place] === wanted[letter] ? rest[place + 1] : undefined
      if (after === undefined) {
        best[place] = further
        continue
      }
      const together = after.at[0] === place + 1 ? followsOn : 0
      const score = after.score + 1 + together + (bonus[place] ?? 0)
      best[place] = further !== undefined && further.score > score ? further : { score, at: [place, ...after.at] }
    }
    rest = best
  }
  return rest[0]
}

/** How far ahead of every other is what is the name itself, begins it, or stands in it as it is. */
const exact = 3_000
const prefix = 2_000
const infix = 1_000

/** `wanted` is folded already. */
const find = (wanted: string, name: string): Found | undefined => {
  const text = folded(name)
  const start = text.indexOf(wanted)
  const found = findLetters(wanted, text)
  if (found === undefined || start < 0) return found
  const level = text === wanted ? exact : start === 0 ? prefix : infix
  const word = isSeparator(text[start - 1]) ? beginsWord : 0
  return { score: level + word - text.length / 1_000, at: Array.from(wanted, (_, index) => start + index) }
}

/** Longer than any name: what is looked for is cut to it. */
const longest = 64

/** Those in whose name the letters are found; among equals, and without any letters, the order stays. */
export const ranked = <A>(
  query: string,
  items: ReadonlyArray<A>,
  nameOf: (item: A) => string,
): ReadonlyArray<Match<A>> => {
  const wanted = folded(query.replaceAll(/\s+/gu, "")).slice(0, longest)
  if (wanted === "") return items.map((item) => ({ item, at: [] }))
  return items
    .flatMap((item) => {
      const found = find(wanted, nameOf(item).slice(0, 4 * longest))
      return found === undefined ? [] : [{ item, ...found }]
    })
    .toSorted((one, other) => other.score - one.score)
    .map(({ item, at }) => ({ item, at }))
}
