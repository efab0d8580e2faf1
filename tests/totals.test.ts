import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"

const root = join(import.meta.dirname, "..")
let directory = ""

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chat-totals-"))
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Runs vitest over these files with the reporters of this workspace: its exit code and the last line it printed. */
const run = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, `${name}.test.ts`), `import { beforeAll, it } from "vitest"\n${text}\n`)
  }
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const reporters = ["--reporter=default", `--reporter=${join(root, "scripts", "totals.ts")}`]
  const { status, stdout } = spawnSync(process.execPath, [vitest, "run", "--root", directory, ...reporters], {
    encoding: "utf8",
  })
  return { status, last: stdout.trimEnd().split("\n").at(-1) }
}

const passing = 'it("a", () => {})\nit("b", () => {})'

it("counts what passed", () => {
  expect(run({ passing })).toEqual({ status: 0, last: "2 passed, 0 failed" })
})

it("counts a test that failed and one that was skipped", () => {
  // Text of a file that is run on its own, with a test skipped on purpose: these are the files that the counting is shown, and not tests of this project.
  const mixed = 'it("c", () => { throw new Error("no") })\nit.skip("d", () => {})\nit.todo("e")'
  expect(run({ passing, mixed })).toEqual({ status: 1, last: "2 passed, 1 failed, 2 skipped" })
})

it("counts a module that cannot be imported, a hook that throws and an error outside of any test", () => {
  const unimportable = 'import "./missing.ts"\nit("f", () => {})'
  const hook = 'beforeAll(() => { throw new Error("no") })\nit("g", () => {})'
  const stray =
    'it("h", () => { setImmediate(() => { throw new Error("later") }) })\nit("i", () => new Promise((done) => setImmediate(done)))'
  const { last, status } = run({ passing, unimportable, hook, stray })
  expect({ last, status }).toEqual({ status: 1, last: "4 passed, 3 failed, 1 skipped" })
})
