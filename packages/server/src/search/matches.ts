import type { Match } from "@chat/domain/SearchRpcs"

/** What the database puts around a match: nothing that anybody could have written before. */
export interface Marks {
  readonly start: string
  readonly stop: string
}

/** Where the matches are, from a text with marks around them. */
export const readMatches = (marked: string, { start, stop }: Marks): ReadonlyArray<Match> => {
  const matches: Array<Match> = []
  let at = 0
  for (const [index, part] of marked.split(start).entries()) {
    const [match = "", ...rest] = index === 0 ? ["", part] : part.split(stop)
    if (match !== "") matches.push({ start: at, end: at + match.length })
    at += match.length + rest.join("").length
  }
  return matches
}
