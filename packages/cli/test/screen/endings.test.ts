import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { withServer } from "../support/program.ts"
import { hasTmux, openPane, type Pane } from "../support/tmux.ts"

const { directory, signUp, environment, file } = withServer()
const breaks = join(directory, "breaks.mjs")

let opened: Pane | undefined

afterEach(() => opened?.close())

beforeAll(async () => {
  await signUp("ann")
  // a fault as any other: in what is called by an event, or in what nobody waits for
  const fault = 'new Error("broken on purpose")'
  writeFileSync(
    breaks,
    `process.on("SIGUSR2", () => process.env.BREAKS === "event" ? fail() : void Promise.reject(${fault}))
     const fail = () => { throw ${fault} }`,
  )
})

interface Ending {
  readonly signal: NodeJS.Signals
  readonly code: number
  readonly breaks?: string
}

const endings: Record<string, Ending> = {
  "is told to end": { signal: "SIGTERM", code: 143 },
  "loses its terminal": { signal: "SIGHUP", code: 129 },
  "is interrupted from elsewhere": { signal: "SIGINT", code: 130 },
  "has a fault": { signal: "SIGUSR2", code: 1, breaks: "event" },
  "has a fault that nobody waits for": { signal: "SIGUSR2", code: 1, breaks: "promise" },
}

/** What shows that somebody can type. */
const ways = {
  "the full screen": { args: [], shows: "online" },
  "the line mode": { args: ["--plain"], shows: "#general" },
}

describe.skipIf(!hasTmux)("the terminal is as it was before", () => {
  for (const [way, { args, shows }] of Object.entries(ways)) {
    for (const [ending, { signal, code, breaks: kind }] of Object.entries(endings)) {
      it(`when ${way} ${ending}`, async () => {
        const env = { CHAT_MOUSE: "on", NODE_OPTIONS: `--import ${breaks}`, BREAKS: kind ?? "" }
        const pane = openPane([process.execPath, file, ...args], environment("ann", env))
        opened = pane
        await pane.shows(shows)
        assert.strictEqual(pane.modes().includes("mouse_any_flag"), way === "the full screen")
        process.kill(pane.pid(), signal)
        await pane.shows(`rc ${code}`)
        await pane.shows("echoke")
        assert.deepStrictEqual(pane.modes(), [])
        assert.deepStrictEqual(pane.screen().match(/-?\b(?:icanon|echo)\b/gu), ["icanon", "echo"])
        // a paste comes as it is, to `cat`, which shows it
        pane.paste("pasted")
        await pane.shows("pasted")
        assert.notInclude(pane.screen(), "200~")
        if (kind === undefined) return
        assert.include(pane.screen(), "chat: a fault in the program: broken on purpose\n")
        assert.notMatch(pane.screen(), /^ +at |Node\.js v/mu)
      })
    }
  }
})
