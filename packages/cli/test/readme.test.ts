import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { withServer } from "./support/program.ts"

const { done } = withServer({ server: false })
const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8")

/** The commands that help lists below a command; they stand in groups, indented by two. */
const commandsIn = (help: string) =>
  [...help.matchAll(/^(?:SUBCOMMANDS|[^\n:]+:)\n((?: {2}\S.*\n?)+)/gmu)].flatMap(([, group = ""]) =>
    [...group.matchAll(/^ {2}(\S+)/gmu)].flatMap(([, name]) => name ?? []),
  )

/** Some at a time: each is a process. */
const inTurns = async <A, B>(items: ReadonlyArray<A>, run: (item: A) => Promise<B>): Promise<ReadonlyArray<B>> => {
  const results: Array<B> = []
  for (let start = 0; start < items.length; start += 4) {
    results.push(...(await Promise.all(items.slice(start, start + 4).map(run))))
  }
  return results
}

/** These do something without one of the commands below them. */
const showsByItself = new Set(["sessions", "invitations"])

/** The help of each command that has none below it. */
const helps = async (paths: ReadonlyArray<ReadonlyArray<string>>): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>()
  const below: Array<ReadonlyArray<string>> = []
  for (const [path, help] of await inTurns(
    paths,
    async (path) => [path, await done("ann", [...path, "--help"])] as const,
  )) {
    const names = commandsIn(help)
    if (names.length === 0 || showsByItself.has(path.join(" "))) found.set(path.join(" "), help)
    below.push(...names.map((name) => [...path, name]))
  }
  return below.length === 0 ? found : new Map([...found, ...(await helps(below))])
}

describe("the README", () => {
  it("has every command and every flag that help has, and no others", async () => {
    const top = await done("ann", ["--help"])
    const found = await helps(commandsIn(top).map((name) => [name]))
    assert.isAtLeast(found.size, 15)
    const documented = [...readme.matchAll(/^\| `chat ([a-z]+(?: [a-z]+(?:-[a-z]+)?)?)\b/gmu)].map(([, path]) => path)
    assert.sameMembers(documented, [...found.keys()])
    for (const help of found.values()) {
      for (const [, flag] of help.matchAll(/^ {2}--([a-z-]+)/gmu)) {
        if (flag !== "help" && flag !== "version" && flag !== "completions") assert.include(readme, `--${flag}`)
      }
    }
  })
})
