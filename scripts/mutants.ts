// Takes the rules of the design away one by one, in a copy of the sources, and runs the tests that should notice. A rule
// that nobody misses is not tested.
//
//   node scripts/mutants.ts [WORD ...]     only the rules that hold one of the words
import { spawn } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { allMutants, applies } from "./mutants/all.ts"
import type { Mutant, Tests } from "./mutants/rules.ts"

const root = join(import.meta.dirname, "..")
const leftOut = new Set(["node_modules", "dist", ".git"])

/** A copy of the workspace whose packages see each other, and share what is installed with this one. */
const copyWorkspace = async (): Promise<string> => {
  const copy = await mkdtemp(join(tmpdir(), "chat-mutants-"))
  const filter = (source: string) => !leftOut.has(basename(source))
  for (const entry of await readdir(root)) {
    if (!leftOut.has(entry)) await cp(join(root, entry), join(copy, entry), { recursive: true, filter })
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"))
  for (const name of await readdir(join(root, "packages"))) {
    const [from, to] = [join(root, "packages", name, "node_modules"), join(copy, "packages", name, "node_modules")]
    // Links to other packages of the workspace are relative, and so lead to the copies.
    const isLink = (source: string) => !basename(source).startsWith(".")
    await cp(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => source === from || isLink(source),
    })
    // Databases to start from, which the first who needs them makes.
    await mkdir(join(from, ".cache"), { recursive: true })
    await symlink(join(from, ".cache"), join(to, ".cache"))
  }
  return copy
}

const run = (
  copy: string,
  { project, file, name }: Tests,
  settings = {},
): Promise<{ readonly ok: boolean; readonly isLate: boolean; readonly output: string }> =>
  new Promise((resolve) => {
    const filter = name === undefined ? [] : ["--testNamePattern", name]
    const args = ["run", file, "--config", "vitest.workspace.ts", "--project", project, "--bail", "1", ...filter]
    const env = {
      ...process.env,
      PATH: `${join(root, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`,
      CHAT_TEST_SHRINK: "0",
      ...settings,
    }
    // A test that waits for ever fails by itself before that.
    const timeout = 1_800_000
    const child = spawn(join(root, "node_modules", ".bin", "vitest"), args, { cwd: copy, env, timeout })
    let output = ""
    child.stdout.on("data", (chunk) => void (output += String(chunk)))
    child.stderr.on("data", (chunk) => void (output += String(chunk)))
    child.once("exit", (code) => resolve({ ok: code === 0, isLate: code === null, output }))
  })

/** As many random programs as it takes; the first that fails is enough. */
const long = { CHAT_TEST_LONG: "1", CHAT_TEST_PROGRAMS: "100", CHAT_TEST_WORLDS: "300" }

const patch = async (copy: string, mutant: Mutant): Promise<(() => Promise<void>) | undefined> => {
  const { file, search, replace } = mutant
  const path = join(copy, file)
  const source = await readFile(path, "utf8")
  if (!applies(mutant, source)) return undefined
  await writeFile(
    path,
    source.replace(search, () => replace),
  )
  return () => writeFile(path, source)
}

const reason = (output: string): string =>
  output
    .split("\n")
    .find((line) => /(Failed|AssertionError|Error): /u.test(line))
    ?.trim()
    .slice(0, 160) ?? ""

const words = process.argv.slice(2)
const chosen = allMutants.filter(({ rule }) => words.length === 0 || words.some((word) => rule.includes(word)))
const copy = await copyWorkspace()
let lost = 0
try {
  for (const tests of new Map(chosen.map(({ tests }) => [JSON.stringify(tests), tests])).values()) {
    const { ok, output } = await run(copy, tests)
    if (!ok) throw new Error(`The tests fail as they are: ${JSON.stringify(tests)}\n${output.slice(-4_000)}`)
  }
  for (const mutant of chosen) {
    const started = performance.now()
    const undo = await patch(copy, mutant)
    const result = undo === undefined ? undefined : await run(copy, mutant.tests, long)
    await undo?.()
    const verdict =
      result === undefined ? "DOES NOT APPLY" : result.ok ? "SURVIVED" : result.isLate ? "TOOK TOO LONG" : "killed"
    if (verdict !== "killed") lost++
    const seconds = ((performance.now() - started) / 1_000).toFixed(0)
    console.log(
      `${verdict.padEnd(15)} ${mutant.rule} (${seconds} s) ${result?.ok === false ? reason(result.output) : ""}`,
    )
  }
} finally {
  await rm(copy, { recursive: true, force: true })
}
console.log(`${chosen.length - lost} of ${chosen.length} mutants killed`)
process.exitCode = lost === 0 ? 0 : 1
