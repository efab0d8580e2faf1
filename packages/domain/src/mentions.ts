/**
 * Who is meant by a text: `@ann` names a member, `@room` everybody in the room, `@here` everybody who is there now. What
 * stands in code, an address like `ann@example.org` and an escaped `\@ann` mean nobody. Pure: the server decides with it
 * who is mentioned, and clients show with it where.
 */

/** More people than this are not mentioned by one text. */
export const maxMentions = 50

/** A place in a text that may name somebody. */
export interface Mention<A> {
  /** The text from `from` to `to`, with its `@`. */
  readonly from: number
  readonly to: number
  readonly who: A
}

/**
 * The mentions of a text in their order. `known` answers whom a name means, if anybody: it is asked for the longest name
 * first, because `@ann.` at the end of a sentence may be somebody called `ann.` or somebody called `ann`.
 */
export const findMentions = <A>(text: string, known: (name: string) => A | undefined): ReadonlyArray<Mention<A>> =>
  candidatesOf(text).flatMap(({ at, names }) => {
    for (const name of names) {
      const who = known(name)
      if (who !== undefined) return [{ from: at, to: at + 1 + name.length, who }]
    }
    return []
  })

/** Every name that a text may mean, in lower case, each once. */
export const mentionedNames = (text: string): ReadonlySet<string> =>
  new Set(candidatesOf(text).flatMap(({ names }) => names))

interface Candidate {
  readonly at: number
  readonly names: ReadonlyArray<string>
}

const minName = 2
const maxName = 32

const candidatesOf = (text: string): ReadonlyArray<Candidate> => {
  if (!text.includes("@")) return []
  const prose = withoutCode(text)
  return [...prose.matchAll(/(?<![\p{L}\p{N}_@/\\])@([A-Za-z0-9_.-]+)/gu)].flatMap((match) => {
    const [found, name = ""] = match
    // "@ann@example.org" and "@annétte" are longer than what was found.
    if (/^[@\p{L}\p{N}]/u.test(prose.slice(match.index + found.length, match.index + found.length + 2))) return []
    const names = namesOf(name.toLowerCase())
    return names.length === 0 ? [] : [{ at: match.index, names }]
  })
}

// The name itself, and what is left of it without the punctuation after it.
const namesOf = (name: string): ReadonlyArray<string> => {
  const names: Array<string> = []
  for (let length = name.length; length >= minName; length--) {
    if (length <= maxName) names.push(name.slice(0, length))
    if (!/[._-]/u.test(name[length - 1] ?? "")) break
  }
  return names
}

/** The text with blanks in the place of its code. */
const withoutCode = (text: string): string => {
  const blocks = /^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![\s\S]))/gmu
  const prose = text.replaceAll(blocks, blank)
  let shown = ""
  let end = 0
  const ticks = [...prose.matchAll(/`+/gu)]
  for (const [index, open] of ticks.entries()) {
    if (open.index < end) continue
    const close = ticks.slice(index + 1).find(([run]) => run.length === open[0].length)
    if (close === undefined) continue
    const code = prose.slice(open.index, close.index + close[0].length)
    // A paragraph ends it.
    if (/\n[ \t]*\n/u.test(code)) continue
    shown += prose.slice(end, open.index) + blank(code)
    end = open.index + code.length
  }
  return shown + prose.slice(end)
}

const blank = (code: string): string => code.replaceAll(/[^\n]/gu, " ")
