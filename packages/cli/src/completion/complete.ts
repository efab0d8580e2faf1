/** What the Tab key makes of the word before the cursor: people, rooms, commands and emoji by the beginning of their names. */
import { legibleLine } from "../text/printable.ts"
import type { NamedEmoji } from "./emoji.ts"
import { ranked } from "./fuzzy.ts"

export interface Known {
  /** Those who are likelier meant first. */
  readonly people: ReadonlyArray<{ readonly username: string; readonly name?: string | undefined }>
  readonly rooms: ReadonlyArray<string>
  readonly commands: ReadonlyArray<{ readonly name: string; readonly takes: string; readonly says: string }>
  readonly emoji: ReadonlyArray<NamedEmoji>
}

interface Option {
  readonly insert: string
  /** What else tells the options apart; printable. */
  readonly says: string
}

export interface Completion {
  /** What is replaced, from here to the cursor. */
  readonly from: number
  readonly to: number
  /** One at least. */
  readonly options: ReadonlyArray<Option>
}

const mostOptions = 50

/** Those whose names begin so; if there are none, those that have the letters somewhere. */
const named = <A>(typed: string, items: ReadonlyArray<A>, namesOf: (item: A) => ReadonlyArray<string>) => {
  const begins = typed.toLowerCase()
  const found = items.filter((item) => namesOf(item).some((name) => name.toLowerCase().startsWith(begins)))
  return found.length > 0 || typed === ""
    ? found
    : ranked(typed, items, (item) => namesOf(item)[0] ?? "").map((match) => match.item)
}

const wordsOf = (name: string | undefined): ReadonlyArray<string> => name?.split(/\s+/u) ?? []

const peopleLike = (typed: string, { people }: Known, sign: string): ReadonlyArray<Option> =>
  named(typed, people, ({ username, name }) => [username, ...wordsOf(name)]).map(({ username, name }) => ({
    insert: sign + username,
    says: legibleLine(name ?? ""),
  }))

const roomsLike = (typed: string, { rooms }: Known, sign: string): ReadonlyArray<Option> =>
  named(typed, rooms, (room) => [room]).map((room) => ({ insert: sign + room, says: "" }))

const commandsLike = (typed: string, { commands }: Known): ReadonlyArray<Option> =>
  named(typed, commands, ({ name }) => [name]).map(({ name, takes, says }) => ({
    insert: `/${name}`,
    says: `${takes} ${says}`.trim(),
  }))

/** By what they are called first, then by what else they are found by. */
const emojiLike = (typed: string, { emoji }: Known): ReadonlyArray<Option> => {
  const begins = typed.toLowerCase()
  const nameLike = ({ names }: NamedEmoji) => names.find((name) => name.startsWith(begins))
  return emoji
    .flatMap((one) => {
      const name = nameLike(one)
      if (name === undefined) return []
      const [chief = name] = one.names
      // What it is called tells more than the word that it was found by.
      const says = name === chief ? `:${chief}:` : `:${chief}: ${name}`
      return [{ insert: one.emoji, says, name, place: one.names.indexOf(name) }]
    })
    .toSorted(
      (a, b) => Number(b.name === begins) - Number(a.name === begins) || Math.sign(a.place) - Math.sign(b.place),
    )
    .map(({ insert, says }) => ({ insert, says }))
}

/** What a command is about may be written without its sign. */
const argumentsLike = (command: string, typed: string, known: Known): ReadonlyArray<Option> => {
  const takes = known.commands.find(({ name }) => name === command)?.takes ?? ""
  if (/\bUSER\b/u.test(takes)) return peopleLike(typed, known, "")
  if (/\bROOM\b/u.test(takes)) return roomsLike(typed, known, "")
  return []
}

const kinds: ReadonlyArray<readonly [RegExp, (found: RegExpExecArray, known: Known) => ReadonlyArray<Option>]> = [
  [/^(\/([\w-]*))$/u, ([, , typed = ""], known) => commandsLike(typed, known)],
  [/(?<![\p{L}\p{N}_@/\\])(@([\w.-]*))$/u, ([, , typed = ""], known) => peopleLike(typed, known, "@")],
  [/(?<![\p{L}\p{N}_#/\\])(#([\p{L}\p{M}\p{N}_.-]*))$/u, ([, , typed = ""], known) => roomsLike(typed, known, "#")],
  [/(?<![\p{L}\p{N}_:])(:([a-z0-9_+-]{2,}):?)$/iu, ([, , typed = ""], known) => emojiLike(typed, known)],
  [
    /^\/([\w-]+)\s(?:[^\n]*\s)?([\p{L}\p{M}\p{N}_.-]+)$/u,
    ([, command = "", typed = ""], known) => argumentsLike(command, typed, known),
  ],
]

/** What the word that ends at the cursor may become; `undefined`: nothing. */
export const completionAt = (text: string, cursor: number, known: Known): Completion | undefined => {
  const before = text.slice(0, cursor)
  for (const [pattern, optionsFor] of kinds) {
    const found = pattern.exec(before)
    if (found === null) continue
    const options = optionsFor(found, known).slice(0, mostOptions)
    const word = /^\/\S+\s/u.test(found[0]) ? (found[2] ?? "") : (found[1] ?? "")
    return options.length === 0 ? undefined : { from: cursor - word.length, to: cursor, options }
  }
  return undefined
}

/** The text with one of the options, and the cursor behind it and a blank. */
export const completed = (text: string, { from, to, options }: Completion, index: number) => {
  const count = options.length
  const insert = options[((index % count) + count) % count]?.insert ?? text.slice(from, to)
  const rest = text.slice(to)
  const blank = /^\s/u.test(rest) ? "" : " "
  return { text: text.slice(0, from) + insert + blank + rest, cursor: from + insert.length + 1 }
}
