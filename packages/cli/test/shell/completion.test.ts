import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { withServer } from "../support/program.ts"
import { hasTmux, openPane, type Pane } from "../support/tmux.ts"

const { chat, done, environment, file, directory } = withServer({ server: false })

const has = (shell: string) => spawnSync(shell, ["--version"]).status === 0
const bin = join(directory, "bin")
const env = () => environment("ann", { PATH: `${bin}:${process.env["PATH"] ?? ""}` })

let pane: Pane | undefined

beforeAll(() => {
  mkdirSync(bin)
  writeFileSync(join(bin, "chat"), `#!/bin/sh\nexec ${process.execPath} ${file} "$@"\n`, { mode: 0o755 })
})

afterEach(() => pane?.close())

/** What is offered after a line that has been typed up to here. */
const cases: ReadonlyArray<readonly [line: string, offered: Array<string>]> = [
  ["chat tai", ["tail"]],
  ["chat rooms unarc", ["unarchive"]],
  ["chat rooms invite-link", ["invite-link", "invite-links"]],
  ["chat tail --cou", ["--count"]],
  ["chat --json rooms li", ["list"]],
  ["chat rooms create garden --acc", ["--access"]],
  ["chat rooms create garden --access pas", ["password"]],
  ["chat status d", ["dnd"]],
  ["chat completion z", ["zsh"]],
]
/** Which the script for fish takes for the name of a command. */
const afterValue: (typeof cases)[number] = ["chat --profile work tai", ["tail"]]

describe("chat completion", () => {
  it("is of these shells, says how it is installed, and has no place for others", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      assert.include(await done("ann", ["completion", shell]), `chat completion ${shell}`)
    }
    assert.strictEqual((await chat("ann", ["completion", "tcsh"])).code, 2)
  })

  it.skipIf(!has("bash"))("completes in bash", () => {
    for (const [line, offered] of [...cases, afterValue]) {
      const words = line.split(" ")
      const asked = `source <(chat completion bash)
        COMP_WORDS=(${words.join(" ")}) COMP_CWORD=${words.length - 1} COMP_LINE='${line}' COMP_POINT=${line.length}
        _chat chat '${words.at(-1)}' '${words.at(-2)}'; printf '%s\\n' "\${COMPREPLY[@]}"`
      const found = execFileSync("bash", ["--norc", "-c", asked], { env: env(), encoding: "utf8" })
      assert.sameMembers(found.trim().split("\n"), offered, line)
    }
  })

  it.skipIf(!has("fish"))("completes in fish", () => {
    const asked = cases.map(([line]) => `echo "> ${line}"; complete -C '${line}'`).join("; ")
    const script = `chat completion fish | source; ${asked}`
    const found = execFileSync("fish", ["--no-config", "-c", script], { env: env(), encoding: "utf8" })
    const answers = found.split(/^> .*\n/mu).slice(1)
    for (const [index, [line, offered]] of cases.entries()) {
      const names = (answers[index] ?? "")
        .trim()
        .split("\n")
        .map((row) => row.split("\t")[0])
      assert.sameMembers(names, offered, line)
    }
  })

  it.skipIf(!has("zsh") || !hasTmux)("completes in zsh", async () => {
    const shell = openPane(["zsh", "-f"], env())
    pane = shell
    shell.type("PS1='%% '; autoload -U compinit; compinit -u; source <(chat completion zsh); print -r ready-$((1+1))")
    shell.press("Enter")
    await shell.shows("ready-2")
    for (const [line, offered] of cases) {
      const [first = "", ...others] = offered
      if (others.length > 0) continue
      shell.press("C-u", "C-l")
      shell.type(line)
      shell.press("Tab")
      // in the line, or below it with what it means
      assert.isTrue(await shell.shows(first))
    }
  })
})
