/** What help says of each command, as it is before it becomes text. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { chat } from "../commands.ts"

export interface Help {
  /** Without `chat`. */
  readonly path: ReadonlyArray<string>
  readonly doc: HelpDoc
}

const helpOf = async (path: ReadonlyArray<string>): Promise<Help> => {
  const found: Array<HelpDoc> = []
  const presenter = CliOutput.layerPresenter({
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === "Help") found.push(event.helpDoc)
      }),
  })
  const builtIns = CliConfig.layer({ builtIns: [GlobalFlag.Help] })
  await Command.runWith(chat, { version: "0" })([...path, "--help"]).pipe(
    Effect.provide(Layer.mergeAll(NodeServices.layer, presenter, builtIns)),
    Effect.runPromise,
  )
  const [doc] = found
  if (doc === undefined) throw new Error(`no help for chat ${path.join(" ")}`)
  return { path, doc }
}

/** Of the command of this path and of all those below it, in the order in which help lists them. */
export const helpsOf = async (path: ReadonlyArray<string> = []): Promise<ReadonlyArray<Help>> => {
  const help = await helpOf(path)
  const names = (help.doc.subcommands ?? []).flatMap(({ commands }) => commands.map(({ name }) => name))
  const below: Array<Help> = []
  for (const name of names) below.push(...(await helpsOf([...path, name])))
  return [help, ...below]
}
