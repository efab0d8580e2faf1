/** Plain `chat` on a terminal: whoever is not signed in is asked, and then a screen opens, or the line mode. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { Misuse } from "../failure/failures.ts"
import { entered } from "../session/enter.ts"
import { Settings } from "../settings/Settings.ts"
import { isInteractive, Output } from "../terminal/Output.ts"

export const plainFlag = Flag.Boolean("plain").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Line by line instead of a full screen: for screen readers, and terminals that have no screen"),
  Flag.withDefault(false),
)

const isDumb = Effect.map(Config.String("TERM").pipe(Config.withDefault("")), (term) => term === "" || term === "dumb")

const isPlain = (plain: boolean) => (plain ? Effect.succeed(true) : isDumb)

// loaded when they are needed: commands in a pipe start without them
const lineByLine = Effect.flatMap(
  Effect.promise(() => import("../line/line.ts")),
  ({ line }) => line,
)
const onScreen = Effect.flatMap(
  Effect.promise(() => import("../screen/screen.ts")),
  ({ screen }) => screen,
)

const entryOnScreen = Effect.flatMap(
  Effect.promise(() => import("../entry/entry.ts")),
  ({ entry }) => entry,
)

export const talk = Effect.fnUntraced(function* ({ plain }: { readonly plain: boolean }) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    return yield* new Misuse({ detail: "there is no terminal to chat on: see chat --help for what scripts can do" })
  }
  const { tokenStore } = yield* Settings
  const { json } = yield* Output
  const credentials = yield* Effect.tryPromise({
    try: () => tokenStore.load(),
    catch: () => new Misuse({ detail: "the tokens of the profile cannot be read: log in again" }),
  })
  const mayAsk = credentials === null && isInteractive() && !json
  if (yield* isPlain(plain)) return yield* mayAsk ? entered(lineByLine) : lineByLine
  yield* mayAsk ? entryOnScreen : onScreen
})
