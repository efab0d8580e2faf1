/** How a run of the program ends. */
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import packageJson from "../package.json" with { type: "json" }
import { Misuse, onOneLine } from "./failure/failures.ts"
import { exitCodeOf, exitCodes, faultText, render } from "./failure/report.ts"
import { chat } from "./commands.ts"

/** Help that was asked for is a result; help instead of one goes where messages go. */
const layerPresenter = CliOutput.layerPresenter({
  present: Effect.fnUntraced(function* (event) {
    const formatter = yield* CliOutput.Formatter
    if (event._tag === "Version") return yield* Console.log(`chat ${event.version}`)
    const help = formatter.formatHelpDoc(event.helpDoc)
    if (event._tag === "Help" && event.reason === "Requested") return yield* Console.log(help)
  }),
})

const layer = Layer.mergeAll(
  NodeServices.layer,
  layerPresenter,
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
)

const misuse = (error: CliError.CliError): Misuse => {
  if (error._tag !== "ShowHelp") return new Misuse({ detail: error.message })
  const help = `see ${error.commandPath.join(" ")} --help`
  const [first] = error.errors
  return new Misuse({
    detail: first === undefined ? `a command is missing: ${help}` : `${onOneLine(first.message)} (${help})`,
  })
}

/** Runs the program and answers its exit code. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<number> => {
  const json = args.includes("--json")
  return Command.runWith(chat, { version: packageJson.version, renderErrors: false })(args).pipe(
    Effect.as(0),
    Effect.catchIf(CliError.isCliError, (error) => Effect.fail(misuse(error))),
    Effect.provide(layer),
    Effect.catchTag("ConfigError", (error) => Effect.fail(new Misuse({ detail: error.message }))),
    Effect.catch((failure) =>
      Effect.map(render(failure, json), (text) => {
        process.stderr.write(`${text}\n`)
        return exitCodeOf(failure)
      }),
    ),
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        process.stderr.write(`${faultText(Cause.squash(cause))}\n`)
        return exitCodes.refused
      }),
    ),
  )
}
