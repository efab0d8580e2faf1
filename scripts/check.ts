// Everything that CI checks beside the tests. All steps run, also after a failure, so that one run shows all there is.
import { spawn } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")

const steps: ReadonlyArray<readonly [name: string, command: string]> = [
  ["types", "npm run --silent types"],
  ["lint", "npm run --silent lint"],
  ["format", "oxfmt --check"],
  ["structure", "npm run --silent structure"],
  ["unused", "npm run --silent unused"],
  ["cycles", "npm run --silent cycles"],
  ["build", "npm run --silent build"],
  ["bundle size", "npm run --silent bundle-size"],
  ["smoke", "npm run --silent smoke"],
  // those of each run of the tests are others; these are always the same ones
  ["simulation", "npm run --silent simulate -- --seeds 2000"],
  // whether the benchmarks work; its figures mean nothing
  ["bench", "node bench/main.ts --smoke"],
]

const run = (command: string) =>
  new Promise<boolean>((resolve) => {
    const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}` }
    const child = spawn(command, { cwd: root, env, shell: true, stdio: ["ignore", "inherit", "inherit"] })
    child.once("exit", (code) => resolve(code === 0))
  })

const failed: Array<string> = []
for (const [name, command] of steps) {
  console.log(`\n== ${name}: ${command}`)
  const started = performance.now()
  const ok = await run(command)
  console.log(`== ${name}: ${ok ? "ok" : "FAILED"} in ${((performance.now() - started) / 1_000).toFixed(1)} s`)
  if (!ok) failed.push(name)
}

console.log(`\n${failed.length === 0 ? "All checks are green" : `Failed: ${failed.join(", ")}`}`)
process.exitCode = failed.length === 0 ? 0 : 1
