/** What is typed after a command, cut into words. */

/** The words; quotes hold together what has blanks in it. */
export const wordsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(([, double, single, plain]) => double ?? single ?? plain ?? "")

/** The first word, and everything after it as it is. */
export const cut = (text: string): readonly [first: string, rest: string] => {
  const [, first = "", rest = ""] = /^\s*(\S*)\s*([\s\S]*)$/u.exec(text) ?? []
  return [first, rest.trimEnd()]
}

/** The same, where names of a group may have blanks behind their commas. */
export const cutTarget = (text: string): readonly [target: string, rest: string] => {
  const [, target = "", rest = ""] = /^\s*((?:[^\s,]+,\s*(?=@))*\S*)\s*([\s\S]*)$/u.exec(text) ?? []
  return [target, rest.trimEnd()]
}

/** A text as it is, without quotes around all of it, which in a shell would hold it together. */
export const unquoted = (text: string): string => /^(["'])([^]*)\1$/u.exec(text.trim())?.[2] ?? text.trim()

/** How many letters one has to put in, leave out or change, or how many neighbours to swap. */
const distance = (one: string, other: string): number => {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= one.length; row++) {
    const above = rows[row - 1] ?? []
    const cells = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      cells.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (cells[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwap ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    rows.push(cells)
  }
  return rows.at(-1)?.at(-1) ?? 0
}

/** The name that was probably meant: one that begins like the word, or is hardly different. */
export const nearest = (word: string, names: ReadonlyArray<string>): string | undefined => {
  const longer = word === "" ? undefined : names.find((name) => name.startsWith(word))
  if (longer !== undefined) return longer
  const [best] = names
    .map((name) => ({ name, far: distance(word, name) }))
    .filter(({ name, far }) => far <= (name.length > 4 ? 2 : 1) && far * 2 < word.length)
    .toSorted((a, b) => a.far - b.far)
  return best?.name
}
