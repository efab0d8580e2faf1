/** The terminal as somebody has it: in its colours, with the mouse if they want it. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { backgroundOn, terminalOf, themeOf } from "../text/theme.ts"
import { askBehind } from "./keys.ts"
import * as Tty from "./Tty.ts"

const variable = (name: string) => Config.String(name).pipe(Config.withDefault(""))

const environment = Effect.gen(function* () {
  const names = ["TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "CHAT_THEME"]
  const values = yield* Effect.forEach(names, variable)
  return Object.fromEntries(names.map((name, index) => [name, values[index]]))
})

export interface Terminal {
  readonly tty: Tty.Tty
  /** Whether it follows links. */
  readonly links: boolean
}

/** Opens it, for as long as the scope is. */
export const openTerminal = Effect.gen(function* () {
  const terminal = terminalOf(yield* environment)
  const mouse = (yield* variable("CHAT_MOUSE")) === "on"
  const tty = yield* Tty.open({
    theme: (behind) => themeOf(behind === undefined ? terminal : { ...terminal, background: backgroundOn(behind) }),
    mouse,
  })
  if (terminal.asks) tty.send(askBehind)
  const opened: Terminal = { tty, links: terminal.links }
  return opened
})
