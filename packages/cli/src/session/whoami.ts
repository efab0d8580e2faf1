/** `chat whoami`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Account } from "@chat/domain/User"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Settings } from "../settings/Settings.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"

export const whoami = Command.make(
  "whoami",
  {},
  Effect.fn("whoami")(function* () {
    const output = yield* Output
    const { server } = yield* Settings
    const { rpc } = yield* ChatHttp
    const account = yield* rpc("Me", undefined)
    yield* output.show(Account, account, `@${account.username} <${printableLine(account.email)}> at ${server}`)
  }),
).pipe(
  Command.withDescription("Show who you are signed in as"),
  Command.withExamples([{ command: "chat whoami" }, { command: "chat --profile work whoami" }]),
)
