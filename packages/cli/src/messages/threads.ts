/** `chat threads`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { ThreadSummary } from "@chat/domain/Thread"
import { defaultPageSize } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { makePlaceNames } from "../targets/placeNames.ts"
import { readTarget, resolve } from "../targets/resolve.ts"
import { Output, type Style } from "../terminal/Output.ts"
import { blockedFlag, foldedWords, makeFolded } from "./folding.ts"
import { firstLine } from "./render.ts"

const render = ({ root, unread, mentions }: ThreadSummary, place: string, isFolded: boolean, style: Style): string => {
  const news = unread === 0 ? "" : style.strong(`, ${unread} new${mentions > 0 ? " with your name" : ""}`)
  const replies = `${root.replies} ${root.replies === 1 ? "reply" : "replies"}`
  return `${style.faint(`${place}/${root.seq}`)}  ${replies}${news}  ${isFolded ? style.faint(foldedWords) : firstLine(root)}`
}

export const threads = Command.make(
  "threads",
  {
    target: Argument.String("target").pipe(
      Argument.withMetavar("TARGET"),
      Argument.withDescription("Only those there; else in all your conversations"),
      Argument.optional,
    ),
    blocked: blockedFlag,
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription(`How many; ${defaultPageSize} if absent`),
      Flag.withDefault(defaultPageSize),
    ),
  },
  Effect.fn("threads")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    if (input.limit < 1) return yield* new Misuse({ detail: `--limit is ${input.limit}, not 1 or more` })
    const where = Option.isNone(input.target)
      ? {}
      : { conversation: (yield* resolve(yield* readTarget(input.target.value), "read")).id }
    const placeOf = yield* makePlaceNames
    // Programs get what there is.
    const isFolded = output.json || input.blocked ? () => Effect.succeed(false) : yield* makeFolded
    let left = input.limit
    let after: string | undefined
    do {
      const query = { ...where, limit: Math.min(left, 100), ...(after === undefined ? {} : { after }) }
      const page = yield* rpc("ListThreads", query)
      for (const thread of page.threads) {
        const place = output.json ? "" : yield* placeOf(thread.root.conversation)
        yield* output.show(ThreadSummary, thread, render(thread, place, yield* isFolded(thread.root), output.style))
      }
      left -= page.threads.length
      after = page.next ?? undefined
    } while (left > 0 && after !== undefined)
  }),
).pipe(
  Command.withDescription("Show the threads that you are in, the one with the newest reply first"),
  Command.withExamples([
    { command: "chat threads", description: "In all your conversations" },
    { command: "chat threads general", description: "In one; chat history general --thread 42 shows what is said" },
  ]),
)
