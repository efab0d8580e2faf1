/** `chat sessions`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SessionId } from "@chat/domain/Ids"
import { ListedSession } from "@chat/domain/Session"
import { Misuse } from "../failure/failures.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"

const revoke = Command.make(
  "revoke",
  {
    session: Argument.String("session").pipe(
      Argument.withMetavar("ID"),
      Argument.withDescription("The id of a session, as `chat sessions` shows it"),
    ),
  },
  Effect.fn("sessions.revoke")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const session = yield* Schema.decodeEffect(SessionId)(input.session.toLowerCase()).pipe(
      Effect.mapError(() => new Misuse({ detail: `${JSON.stringify(input.session)} is not the id of a session` })),
    )
    yield* rpc("RevokeSession", { session })
    yield* output.note("That session has ended")
  }),
).pipe(
  Command.withDescription("End one of your sessions, such as that of a lost laptop"),
  Command.withExamples([{ command: "chat sessions revoke 0193b2c4-5d6e-7f80-9a1b-2c3d4e5f6071" }]),
)

export const sessions = Command.make(
  "sessions",
  {},
  Effect.fn("sessions")(function* () {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    for (const session of yield* rpc("ListSessions", undefined)) {
      const facts = `since ${localMinute(session.createdAt)}, last seen ${localMinute(session.lastSeenAt)}`
      const device = output.style.name(printableLine(session.device))
      const text = `${session.id}  ${device}  ${output.style.faint(facts)}${session.current ? "  (this one)" : ""}`
      yield* output.show(ListedSession, session, text)
    }
  }),
).pipe(
  Command.withDescription("Show where you are signed in"),
  Command.withExamples([{ command: "chat sessions" }]),
  Command.withSubcommands([revoke]),
)
