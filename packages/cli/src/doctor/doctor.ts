/** `chat doctor`: what is wrong between this terminal and its server, and what to do about it. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { ChecksFailed } from "../failure/failures.ts"
import { Settings } from "../settings/Settings.ts"
import { Output } from "../terminal/Output.ts"
import { checkCredentials } from "./credentials.ts"
import { checks, Finding, well } from "./Finding.ts"
import { checkLive, checkSession, checkVersion, measure, reach } from "./network.ts"

const column = Math.max(...checks.map((check) => check.length)) + 2

const settings = Effect.map(Settings, ({ profile, directory, server, isDefault }) =>
  well("settings", `profile ${profile} in ${directory}; server ${server}${isDefault ? ", because none is named" : ""}`),
)

export const doctor = Command.make(
  "doctor",
  {},
  Effect.fn("doctor")(function* () {
    const { show, style } = yield* Output
    let failed = 0
    const tell = (finding: Finding) => {
      const { check, ok, detail, advice } = finding
      if (!ok) failed++
      const line = `${ok ? "ok   " : style.strong("wrong")}  ${style.name(check.padEnd(column))}${detail}`
      return show(Finding, finding, advice === undefined ? line : `${line}\n${" ".repeat(7 + column)}-> ${advice}`)
    }
    yield* tell(yield* settings)
    const { finding, info } = yield* reach
    yield* tell(finding)
    if (info !== undefined) {
      yield* tell(checkVersion(info))
      yield* Effect.forEach(yield* measure, tell)
    }
    yield* tell(yield* checkCredentials)
    const { account } = yield* ChatHttp
    // without a server, and without a sign-in, there is nothing to be found
    if (info !== undefined && account() !== null) {
      const session = yield* checkSession
      yield* tell(session)
      if (session.ok) yield* tell(yield* checkLive)
    }
    if (failed > 0) return yield* new ChecksFailed({ failed })
  }),
).pipe(
  Command.withDescription("Look for what is wrong: settings, server, clock, credentials, session, connection"),
  Command.withExamples([
    { command: "chat doctor", description: "What is wrong, and what to do about it" },
    { command: "chat doctor --json | jq -r 'select(.ok | not).advice'", description: "Only what there is to do" },
  ]),
)
