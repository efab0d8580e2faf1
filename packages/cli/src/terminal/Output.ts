/** What the program says: results on stdout, everything else on stderr. */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { printableJson } from "../text/printable.ts"

/** The weights and colours in use; each name says what it is for. */
export interface Style {
  readonly name: (text: string) => string
  readonly faint: (text: string) => string
  readonly strong: (text: string) => string
}

const plain: Style = { name: (text) => text, faint: (text) => text, strong: (text) => text }

const sgr = (code: number) => (text: string) => (text === "" ? "" : `\u001B[${code}m${text}\u001B[0m`)

const coloured: Style = { name: sgr(36), faint: sgr(2), strong: sgr(1) }

/** Colours only on a terminal that has them, and that nobody wants without (https://no-color.org). */
const style = Effect.gen(function* () {
  const noColor = yield* Config.String("NO_COLOR").pipe(Config.withDefault(""))
  const term = yield* Config.String("TERM").pipe(Config.withDefault(""))
  return process.stdout.isTTY && noColor === "" && term !== "dumb" ? coloured : plain
})

// As fast as it is read: a long history on its way to a slow reader is not kept in memory.
const write = (text: string): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (process.stdout.write(text)) resume(Effect.void)
    else process.stdout.once("drain", () => resume(Effect.void))
  })

export class Output extends Context.Service<
  Output,
  {
    /** Whether the reader is a program. */
    readonly json: boolean
    readonly style: Style
    /**
     * One result: with `--json` the contract's own encoding on one line, else the text, which must be printable already.
     * No text: nothing to say to people.
     */
    readonly show: <S extends Schema.Top & { readonly EncodingServices: never }>(
      schema: S,
      value: S["Type"],
      text?: string,
    ) => Effect.Effect<void>
    /** Something about the work rather than its result, for people; with `--json` there is nobody to read it. */
    readonly note: (text: string) => Effect.Effect<void>
  }
>()("@chat/cli/terminal/Output") {
  static readonly layer = (options: { readonly json: boolean }) =>
    Layer.effect(
      Output,
      Effect.gen(function* () {
        const { json } = options
        return Output.of({
          json,
          style: yield* style,
          show: (schema, value, text) =>
            json
              ? Schema.encodeEffect(schema)(value).pipe(
                  // a value of the contract that has no encoding is a fault of the program
                  Effect.orDie,
                  Effect.flatMap((encoded) => write(`${printableJson(encoded)}\n`)),
                )
              : text === undefined
                ? Effect.void
                : write(`${text}\n`),
          note: (text) =>
            Effect.sync(() => {
              if (!json) process.stderr.write(`${text}\n`)
            }),
        })
      }),
    )
}

/** Whether somebody can be asked something. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stderr.isTTY
