/** `chat notices`, and `chat admin notice` and `withdraw`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { NoticeId } from "@chat/domain/Ids"
import { Notice } from "@chat/domain/Notice"
import { NoticeText } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { readUntil } from "../rooms/moderation.ts"
import { Output } from "../terminal/Output.ts"
import { renderNotice } from "./render.ts"

export const notices = Command.make(
  "notices",
  {},
  Effect.fn("notices")(function* () {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const found = (yield* rpc("ListNotices", undefined)).notices
    for (const notice of found) yield* output.show(Notice, notice, renderNotice(notice, output.style))
  }),
).pipe(
  Command.withDescription("Show what the server tells everybody, the newest first"),
  Command.withExamples([{ command: "chat notices" }]),
)

const decodeText = Schema.decodeEffect(NoticeText)
const decodeId = Schema.decodeEffect(NoticeId)

export const notice = Command.make(
  "notice",
  {
    text: Argument.String("text").pipe(Argument.withMetavar("TEXT"), Argument.withDescription("The text, in quotes")),
    until: Flag.String("until").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("When it ends, such as 2030-01-31T18:00; when it is withdrawn, if absent"),
      Flag.optional,
    ),
  },
  Effect.fn("admin.notice")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const text = yield* decodeText(input.text).pipe(
      Effect.mapError(() => new Misuse({ detail: "a notice has 1 to 1,000 characters, and is not blank" })),
    )
    const until = Option.isSome(input.until) ? { until: yield* readUntil(input.until.value) } : {}
    const made = yield* rpc("BroadcastNotice", { commandId: newCommandId(), text, ...until })
    yield* output.show(Notice, made)
    yield* output.note(`Everybody is told. To end it: chat admin withdraw ${made.id}`)
  }),
).pipe(
  Command.withDescription("Tell everybody on the server something"),
  Command.withExamples([
    { command: "chat admin notice 'Back at six'" },
    { command: "chat admin notice 'We move tonight' --until 2030-01-31T18:00", description: "Until then" },
  ]),
)

export const withdraw = Command.make(
  "withdraw",
  {
    notice: Argument.String("notice").pipe(
      Argument.withMetavar("ID"),
      Argument.withDescription("Its id, which chat notices --json shows"),
    ),
  },
  Effect.fn("admin.withdraw")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const id = yield* decodeId(input.notice.toLowerCase()).pipe(
      Effect.mapError(() => new Misuse({ detail: `${JSON.stringify(input.notice)} is not the id of a notice` })),
    )
    yield* rpc("WithdrawNotice", { notice: id })
    yield* output.note("Withdrawn")
  }),
).pipe(
  Command.withDescription("End a notice"),
  Command.withExamples([{ command: "chat admin withdraw 6f1d8a52-3c0e-4d37-9a57-0f1f2d9b8c11" }]),
)
