/** `chat draft` and `chat drafts`: what was begun and not sent, on every device. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { ListedDraft } from "@chat/domain/Draft"
import { SetDraft } from "@chat/domain/DraftRpcs"
import { Misuse } from "../failure/failures.ts"
import { readGiven, toBody } from "./body.ts"
import { placeFlag, readPlace } from "./place.ts"
import { makePlaceNames } from "../targets/placeNames.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine, printableText } from "../text/printable.ts"
import { findDraft } from "./findDraft.ts"

export const draft = Command.make(
  "draft",
  {
    target: targetArgument,
    text: Argument.String("text").pipe(
      Argument.withMetavar("TEXT"),
      Argument.withDescription("The text, in quotes; - : all of stdin; without one, show what there is"),
      Argument.optional,
    ),
    thread: placeFlag("thread", "The number of the message whose thread it is for"),
    clear: Flag.Boolean("clear").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Take it away"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("draft")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const thread = yield* readPlace("thread", input.thread)
    if (input.clear && Option.isSome(input.text)) return yield* new Misuse({ detail: "--clear takes no text" })
    const target = yield* readTarget(input.target)
    const text = Option.isSome(input.text) ? yield* readGiven(input.text) : undefined
    const { id: conversation, label } = yield* resolve(target, "read")
    if (text === undefined && !input.clear) {
      const found = yield* findDraft(conversation, thread)
      if (found === undefined) return yield* output.note(`Nothing has been begun in ${label}`)
      return yield* output.show(ListedDraft, found, printableText(found.body))
    }
    const body = text === undefined ? null : yield* toBody(text)
    const place = { conversation, ...(thread === undefined ? {} : { thread }) }
    yield* output.show(SetDraft.successSchema, yield* rpc("SetDraft", { ...place, body }))
    yield* output.note(
      body === null ? `Taken away from ${label}` : `Kept for ${label}: chat send ${input.target} --draft`,
    )
  }),
).pipe(
  Command.withDescription("Keep a text for later, on all of your devices"),
  Command.withExamples([
    { command: "chat draft general 'I think that'", description: "What will be said in #general" },
    { command: "chat draft general", description: "What was kept" },
    { command: "chat draft general --clear", description: "It will not be said" },
  ]),
)

export const drafts = Command.make(
  "drafts",
  {},
  Effect.fn("drafts")(function* () {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const placeOf = yield* makePlaceNames
    let after: string | undefined
    do {
      const page = yield* rpc("ListDrafts", { limit: 100, ...(after === undefined ? {} : { after }) })
      for (const found of page.drafts) {
        const place = output.json ? "" : yield* placeOf(found.conversation)
        const where = found.thread === null ? place : `${place}/${found.thread}`
        const [line = ""] = found.body.trim().split("\n", 1)
        yield* output.show(ListedDraft, found, `${output.style.faint(where)}  ${printableLine(line)}`)
      }
      after = page.next ?? undefined
    } while (after !== undefined)
  }),
).pipe(
  Command.withDescription("Show what you have begun to write, the last first"),
  Command.withExamples([{ command: "chat drafts", description: "In all your conversations" }]),
)
