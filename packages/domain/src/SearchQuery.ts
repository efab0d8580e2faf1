/**
 * What people type to find messages: words, `"phrases"`, `prefix*`, and filters such as `from:@ann in:#garden
 * before:2026-02-01 after:2026-01-01 has:link has:reaction is:pinned`. Read in one place, for the server and for clients
 * that show it while it is typed.
 */

/** A search, taken apart. Everything in it has to hold; of several `from` or `in` one. */
export interface SearchQuery {
  readonly words: ReadonlyArray<string>
  /** The beginnings of words. */
  readonly prefixes: ReadonlyArray<string>
  /** Words next to each other. */
  readonly phrases: ReadonlyArray<string>
  /** User names. */
  readonly from: ReadonlyArray<string>
  readonly in: ReadonlyArray<{ readonly kind: "room" | "direct"; readonly name: string }>
  /** Posted earlier than this moment, in RFC 3339. */
  readonly before: string | undefined
  /** Posted at this moment or later. */
  readonly after: string | undefined
  readonly has: ReadonlyArray<"link" | "reaction">
  readonly pinned: boolean
}

/** Either a search, or what is wrong with the text, fit for a person. */
export type Parsed =
  | { readonly _tag: "Query"; readonly query: SearchQuery }
  | { readonly _tag: "Problem"; readonly detail: string }

type Draft = { -readonly [Key in keyof SearchQuery]: SearchQuery[Key] }

const nothing: SearchQuery = {
  words: [],
  prefixes: [],
  phrases: [],
  from: [],
  in: [],
  before: undefined,
  after: undefined,
  has: [],
  pinned: false,
}

const token = /"([^"]*)"?|(\S+)/gu
const filter = /^(from|in|before|after|has|is):(.*)$/iu

/** Reads a search. A filter with a value that cannot be is a problem; any other text is words. */
export const parseSearch = (text: string): Parsed => {
  const draft: Draft = { ...nothing }
  for (const [, phrase, word] of text.matchAll(token)) {
    const problem = word === undefined ? addPhrase(draft, phrase ?? "") : addWord(draft, word)
    if (problem !== undefined) return { _tag: "Problem", detail: problem }
  }
  return isEmpty(draft) ? { _tag: "Problem", detail: "there is nothing to look for" } : { _tag: "Query", query: draft }
}

const isEmpty = (query: SearchQuery): boolean =>
  !hasText(query) &&
  query.from.length + query.in.length + query.has.length === 0 &&
  query.before === undefined &&
  query.after === undefined &&
  !query.pinned

/** Whether it asks for a text, and not only for messages of a kind. */
export const hasText = ({ words, prefixes, phrases }: SearchQuery): boolean =>
  words.length + prefixes.length + phrases.length > 0

const addPhrase = (draft: Draft, phrase: string): undefined => {
  if (phrase.trim() !== "") draft.phrases = [...draft.phrases, phrase]
}

const addWord = (draft: Draft, word: string): string | undefined => {
  const [, name = "", value = ""] = filter.exec(word) ?? []
  if (name !== "") return addFilter(draft, name.toLowerCase(), value)
  const stem = word.replace(/\*+$/u, "")
  if (stem === "") return undefined
  if (stem === word) draft.words = [...draft.words, word]
  else draft.prefixes = [...draft.prefixes, stem]
  return undefined
}

const addFilter = (draft: Draft, name: string, value: string): string | undefined => {
  switch (name) {
    case "from": {
      const who = value.replace(/^@/u, "").toLowerCase()
      if (who === "") return "from: needs a name, such as from:@ann"
      draft.from = [...draft.from, who]
      return undefined
    }
    case "in": {
      const where = value.replace(/^[@#]/u, "")
      if (where === "") return "in: needs a room or a person, such as in:#garden or in:@ann"
      draft.in = [...draft.in, { kind: value.startsWith("@") ? "direct" : "room", name: where.toLowerCase() }]
      return undefined
    }
    case "has":
      if (value !== "link" && value !== "reaction") return "has: takes link or reaction"
      draft.has = [...draft.has, value]
      return undefined
    case "is":
      if (value !== "pinned") return "is: takes pinned"
      draft.pinned = true
      return undefined
    default:
      return addTime(draft, name, value)
  }
}

const addTime = (draft: Draft, name: string, value: string): string | undefined => {
  const moment = momentOf(value)
  if (moment === undefined) return `${name}: needs a day or a time in UTC, such as ${name}:2026-01-31`
  if (name === "before") draft.before = draft.before === undefined || moment < draft.before ? moment : draft.before
  else draft.after = draft.after === undefined || moment > draft.after ? moment : draft.after
  return undefined
}

/** The beginning of a day, or a moment. */
const momentOf = (value: string): string | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/u.test(value)) return undefined
  const millis = Date.parse(value)
  if (Number.isNaN(millis)) return undefined
  const iso = new Date(millis).toISOString()
  // The 30th of February is some day of March to `Date`.
  return iso.startsWith(value.slice(0, 10)) ? iso : undefined
}
