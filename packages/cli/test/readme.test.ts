import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Help, helpsOf } from "../src/manual/helps.ts"

const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8")
const [chat, ...commands] = await helpsOf()

const nameOf = ({ path }: Help) => path.join(" ")
/** Some do something themselves and have commands below them, too. */
const doesSomething = ({ doc, path }: Help) =>
  (doc.subcommands ?? []).length === 0 || ["sessions", "invitations"].includes(path.join(" "))

describe("help", () => {
  it("has an example of each command, which is one of it", () => {
    const without = [...(chat === undefined ? [] : [chat]), ...commands.filter(doesSomething)].filter((help) => {
      const words = new RegExp(`chat (?:--\\w+ \\w+ )?${nameOf(help)}`, "u")
      return !(help.doc.examples ?? []).some(({ command }) => words.test(command))
    })
    assert.deepStrictEqual(without.map(nameOf), [])
  })
})

describe("the README", () => {
  it("has every command and every flag that help has, and no others", () => {
    const found = commands.filter(doesSomething)
    assert.isAtLeast(found.length, 15)
    const documented = [...readme.matchAll(/^\| `chat ([a-z]+(?: [a-z]+(?:-[a-z]+)?)?)\b/gmu)].map(([, path]) => path)
    assert.sameMembers(documented, found.map(nameOf))
    for (const { doc } of found) for (const { name } of doc.flags) assert.include(readme, `--${name}`)
  })
})
