/** `chat search`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { type Match, SearchHit } from "@chat/domain/SearchRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { Output, type Style } from "../terminal/Output.ts"
import { makePlaceNames } from "../targets/placeNames.ts"
import { printableLine } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"
import { blockedFlag, foldedWords, makeFolded } from "./folding.ts"

const around = 60

/** The line of the text that the first match is in, as much of it as fits, with the matches in bold. */
export const excerpt = (text: string, matches: ReadonlyArray<Match>, style: Style): string => {
  const first = matches[0]?.start ?? 0
  const lineStart = text.lastIndexOf("\n", first - 1) + 1
  const lineEnd = text.indexOf("\n", first) === -1 ? text.length : text.indexOf("\n", first)
  const from = Math.max(lineStart, first - around)
  const to = Math.min(lineEnd, first + 2 * around)
  let shown = from > lineStart ? "..." : ""
  let at = from
  for (const { start, end } of matches) {
    if (start < at || end > to) continue
    shown += printableLine(text.slice(at, start)) + style.strong(printableLine(text.slice(start, end)))
    at = end
  }
  return shown + printableLine(text.slice(at, to)) + (to < lineEnd ? "..." : "")
}

const render = ({ message, matches }: SearchHit, place: string, isFolded: boolean, style: Style): string => {
  const when = style.faint(localMinute(message.postedAt))
  const where = style.faint(`${place}/${message.seq}`)
  if (isFolded) return `${when} ${where} ${style.faint(foldedWords)}`
  return `${when} ${where} ${style.name(printableLine(message.author.username))}: ${excerpt(message.body ?? "", matches, style)}`
}

export const search = Command.make(
  "search",
  {
    query: Argument.String("query").pipe(
      Argument.withMetavar("WORDS"),
      Argument.withDescription('Words, "phrases", prefix* and filters such as from:@ann in:#garden has:link'),
      Argument.variadic({ min: 1 }),
    ),
    blocked: blockedFlag,
    best: Flag.Boolean("best").pipe(
      Flag.withDescription("The best first, instead of the newest"),
      Flag.withDefault(false),
    ),
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription(`How many; ${defaultPageSize} if absent`),
      Flag.withDefault(defaultPageSize),
    ),
  },
  Effect.fn("search")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    if (input.limit < 1) return yield* new Misuse({ detail: `--limit is ${input.limit}, not 1 or more` })
    const placeOf = yield* makePlaceNames
    // Programs get what there is.
    const isFolded = output.json || input.blocked ? () => Effect.succeed(false) : yield* makeFolded
    let left = input.limit
    let after: string | undefined
    do {
      const page = yield* rpc("SearchMessages", {
        query: input.query.join(" "),
        order: input.best ? "relevance" : "time",
        limit: Math.min(left, 100),
        ...(after === undefined ? {} : { after }),
      })
      for (const hit of page.hits) {
        const place = output.json ? "" : yield* placeOf(hit.message.conversation)
        yield* output.show(SearchHit, hit, render(hit, place, yield* isFolded(hit.message), output.style))
      }
      left -= page.hits.length
      after = page.next ?? undefined
    } while (left > 0 && after !== undefined)
  }),
).pipe(
  Command.withDescription("Find messages, the newest first"),
  Command.withExamples([
    { command: "chat search green tea", description: "Messages with both words" },
    {
      command: "chat search 'from:@ann in:#garden \"green tea\" to*'",
      description: "A phrase, a prefix, who and where",
    },
    { command: "chat search has:link after:2026-01-01 --json", description: "For programs" },
  ]),
)
