/** Plain `chat` on a terminal: whoever is not signed in is asked, and then a screen opens, or the line mode. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { Misuse } from "../failure/failures.ts"
import { enter } from "../session/enter.ts"
import { Settings } from "../settings/Settings.ts"
import { isInteractive, Output } from "../terminal/Output.ts"

export const plainFlag = Flag.Boolean("plain").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Line by line instead of a full screen: for screen readers, and terminals that have no screen"),
  Flag.withDefault(false),
)

const isDumb = Effect.map(Config.String("TERM").pipe(Config.withDefault("")), (term) => term === "" || term === "dumb")

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
  if (credentials === null && isInteractive() && !json && !(yield* enter)) return
  // loaded when they are needed: commands in a pipe start without them
  if (plain || (yield* isDumb)) {
    const { line } = yield* Effect.promise(() => import("../line/line.ts"))
    return yield* line
  }
  const { screen } = yield* Effect.promise(() => import("../screen/screen.ts"))
  yield* screen
})
