/** A real terminal, in which the program is run as a person runs it. */
import { execFileSync, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { until } from "./program.ts"

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0

if (!hasTmux) {
  const why = "tmux is not installed: the tests that need a terminal do not run"
  if (process.env["CHAT_TEST_REQUIRE_SERVICES"] === "1") throw new Error(why)
  console.warn(why)
}

export interface Pane {
  readonly screen: () => string
  /** The screen with its colours, as escape sequences. */
  readonly colours: () => string
  /** Types text as it is. */
  readonly type: (text: string) => void
  /** Presses keys, by the names that tmux has for them. */
  readonly press: (...keys: ReadonlyArray<string>) => void
  readonly paste: (text: string) => void
  readonly resize: (columns: number, rows: number) => void
  readonly shows: (text: string) => Promise<true>
  /** What the terminal was told to do otherwise than usually, and still does. */
  readonly modes: () => ReadonlyArray<string>
  /** Whether the program has asked for the mouse. */
  readonly hasMouse: () => boolean
  /** The process of the command. */
  readonly pid: () => number
  readonly close: () => void
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** A terminal in which a command runs and then `rc` and its exit code, and the state of the terminal, are shown. */
export const openPane = (
  command: ReadonlyArray<string>,
  env: Record<string, string>,
  columns = 100,
  rows = 30,
): Pane => {
  const socket = `chat-${randomUUID()}`
  const tmux = (...args: ReadonlyArray<string>) =>
    execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], { encoding: "utf8" })
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`)
  const run = ["env", "-i", "TERM=tmux-256color", "LANG=C.UTF-8", ...variables, ...command.map(quoted)].join(" ")
  tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), `${run}; echo "rc $?"; stty -a; cat`)
  const screen = () => tmux("capture-pane", "-p")
  return {
    screen,
    colours: () => tmux("capture-pane", "-p", "-e"),
    type: (text) => void tmux("send-keys", "-l", text),
    press: (...keys) => void tmux("send-keys", ...keys),
    paste: (text) => {
      tmux("set-buffer", text)
      tmux("paste-buffer", "-p")
    },
    resize: (columns, rows) => void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    shows: (text) =>
      // tmux leaves out the blanks at the end of a line
      until(
        () => `${text} on the screen:\n${screen()}`,
        () => (screen().includes(text.trimEnd()) ? true : undefined),
      ),
    modes: () => {
      const usual = { alternate_on: "0", mouse_any_flag: "0", mouse_sgr_flag: "0", cursor_flag: "1", wrap_flag: "1" }
      return Object.entries(usual).flatMap(([name, value]) =>
        tmux("display-message", "-p", `#{${name}}`).trim() === value ? [] : [name],
      )
    },
    hasMouse: () => tmux("display-message", "-p", "#{mouse_any_flag}").trim() === "1",
    pid: () => {
      const shell = tmux("display-message", "-p", "#{pane_pid}").trim()
      return Number(execFileSync("pgrep", ["-P", shell], { encoding: "utf8" }).split("\n")[0])
    },
    close: () => void spawnSync("tmux", ["-L", socket, "kill-server"]),
  }
}
