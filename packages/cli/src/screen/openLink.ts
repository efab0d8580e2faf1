/** Shows an address in the browser. */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { Misuse } from "../failure/failures.ts"

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", win32: "explorer" }

export const openLink = (url: string): Effect.Effect<void, Misuse> =>
  Effect.callback((resume) => {
    const child = spawn(openers[process.platform] ?? "xdg-open", [url], { stdio: "ignore", detached: true })
    child.once("error", () => resume(Effect.fail(new Misuse({ detail: `There is nothing here that opens ${url}` }))))
    child.once("spawn", () => {
      child.unref()
      resume(Effect.void)
    })
  })
