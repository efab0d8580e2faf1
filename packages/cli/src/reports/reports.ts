/** `chat report`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { Report, ReportNumber } from "@chat/domain/Report"
import { AccountReceipt } from "@chat/domain/User"
import { ReportText } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { findMessage, messageArgument } from "../messages/own.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output, type Style } from "../terminal/Output.ts"
import { printableLine, printableText } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"
import { findUser, renderUser, userArgument } from "../users/named.ts"

const readText = (flag: string, given: string) =>
  Schema.decodeEffect(ReportText)(given).pipe(
    Effect.mapError(() => new Misuse({ detail: `--${flag} is a text of at most 1,000 characters` })),
  )

const reasonFlag = Flag.String("reason").pipe(
  Flag.withMetavar("TEXT"),
  Flag.withDescription("Why the moderators should look at it"),
)

const sent = Effect.fnUntraced(function* (receipt: AccountReceipt) {
  const output = yield* Output
  yield* output.show(AccountReceipt, receipt)
  yield* output.note("The moderators will see it; they see who reported")
})

const user = Command.make(
  "user",
  { user: userArgument, reason: reasonFlag },
  Effect.fn("report.user")(function* (input) {
    const { rpc } = yield* ChatHttp
    const reason = yield* readText("reason", input.reason)
    const { id } = yield* findUser(input.user)
    yield* sent(yield* rpc("ReportUser", { commandId: newCommandId(), user: id, reason }))
  }),
).pipe(
  Command.withDescription("Report somebody to the moderators of the server"),
  Command.withExamples([{ command: "chat report user mallory --reason 'Pretends to be ann'" }]),
)

const message = Command.make(
  "message",
  { target: targetArgument, message: messageArgument, reason: reasonFlag },
  Effect.fn("report.message")(function* (input) {
    const { rpc } = yield* ChatHttp
    const reason = yield* readText("reason", input.reason)
    const { id: conversation } = yield* resolve(yield* readTarget(input.target), "read")
    const id = yield* findMessage(conversation, input.message)
    yield* sent(yield* rpc("ReportMessage", { commandId: newCommandId(), conversation, message: id, reason }))
  }),
).pipe(
  Command.withDescription("Report a message; what it says is kept for the moderators, also if it is deleted later"),
  Command.withExamples([{ command: "chat report message '#general' 12 --reason 'An advertisement'" }]),
)

const render = ({ number, at, by, about, message, reason, closed }: Report, style: Style): string =>
  [
    `${number}  ${style.faint(localMinute(at))}  ${renderUser(about, style)}, by ${renderUser(by, style)}: ${printableText(reason)}`,
    ...(message === null ? [] : [`    "${printableText(message.body)}"`]),
    ...(closed === null
      ? []
      : [
          `    ${style.faint(`closed ${localMinute(closed.at)} by @${closed.by.username}: ${printableLine(closed.note)}`)}`,
        ]),
  ].join("\n")

const list = Command.make(
  "list",
  {
    closed: Flag.Boolean("closed").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Those that are closed, instead of those that are open"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("report.list")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    let before: number | undefined
    for (let more = true; more;) {
      const place = before === undefined ? {} : { before }
      const page = yield* rpc("ListReports", { open: !input.closed, limit: 100, ...place })
      for (const report of page.reports) yield* output.show(Report, report, render(report, output.style))
      before = page.reports.at(-1)?.number
      more = page.more
    }
  }),
).pipe(
  Command.withDescription("Show what was reported, to moderators, the newest first"),
  Command.withExamples([{ command: "chat report list" }, { command: "chat report list --closed" }]),
)

const close = Command.make(
  "close",
  {
    report: Argument.Int("report").pipe(Argument.withMetavar("NUMBER"), Argument.withDescription("Which report")),
    note: Flag.String("note").pipe(Flag.withMetavar("TEXT"), Flag.withDescription("What came of it")),
  },
  Effect.fn("report.close")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const note = yield* readText("note", input.note)
    const report = yield* Schema.decodeEffect(ReportNumber)(input.report).pipe(
      Effect.mapError(() => new Misuse({ detail: "a report has a number from 1 on" })),
    )
    yield* rpc("CloseReport", { report, note })
    yield* output.note(`Report ${report} is closed`)
  }),
).pipe(
  Command.withDescription("Close a report, as a moderator"),
  Command.withExamples([{ command: "chat report close 7 --note 'Talked to them'" }]),
)

export const report = Command.make("report").pipe(
  Command.withDescription("Tell the moderators of the server; and what they do about it"),
  Command.withSubcommands([user, message, list, close]),
)
