// Makes a clone ready to run: dependencies (pinned pnpm, pinned Node, frozen lockfile) and the bundle of `chat`.
// Plain JavaScript for any Node from 18 on, because it runs before the pinned Node is there. It runs before every
// start, so that with nothing to do it must cost no more than a few `stat` calls.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const windows = process.platform === "win32"
const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node")

const run = (command, args, options = {}) =>
  // npm's own output goes to stderr: stdout belongs to the program that is started next
  spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell: windows, ...options }).status === 0

const digest = (paths) => {
  const hash = createHash("sha256")
  for (const path of paths) hash.update(readFileSync(join(root, path)))
  return hash.digest("hex")
}

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined)

const fail = (message) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** The stamp is written after a success and removed before an attempt, so that an interrupted install starts again. */
const installDependencies = () => {
  const stamp = join(root, "node_modules", ".bootstrapped")
  const wanted = digest(["pnpm-lock.yaml", "pnpm-workspace.yaml"])
  const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "node_modules"))
  const complete = () => existsSync(node) && packages.every((path) => existsSync(path))
  if (read(stamp) === wanted && complete()) return

  process.stderr.write("Installing dependencies (the first time takes about a minute) ...\n")
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const install = () =>
    run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only"]) && complete()

  rmSync(stamp, { force: true })
  if (!install()) {
    process.stderr.write("The install did not complete; trying again from nothing ...\n")
    for (const path of [join(root, "node_modules"), ...packages]) rmSync(path, { recursive: true, force: true })
    if (!install())
      fail("The dependencies could not be installed. Is registry.npmjs.org reachable? See the lines above.")
  }
  writeFileSync(stamp, wanted)
}

const newest = (directory) => {
  let time = 0
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  // removing a file changes the time of its directory only
  return Math.max(time, statSync(directory).mtimeMs)
}

/** Builds `chat` when a source or a dependency is newer than the bundle. */
const bundle = () => {
  const cli = join(root, "packages", "cli")
  const stamp = join(root, "node_modules", ".bundled")
  const sources = ["domain", "client", "cli"].map((name) => join(root, "packages", name, "src")).filter(existsSync)
  const single = ["packages/cli/package.json", "packages/cli/rolldown.config.ts", "pnpm-lock.yaml"]
  const times = [...sources.map(newest), ...single.map((path) => statSync(join(root, path)).mtimeMs)]
  const wanted = String(Math.max(...times))
  if (read(stamp) === wanted && existsSync(join(cli, "bundle", "chat.js"))) return

  const rolldown = join(cli, "node_modules", "rolldown", "bin", "cli.mjs")
  const args = [rolldown, "--config", "rolldown.config.ts", "--log-level", "warn"]
  if (run(node, args, { cwd: cli, shell: false })) {
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, wanted)
  } else {
    // the server and the tests do not need the bundle: they say themselves what is wrong with the sources
    process.stderr.write(`\`chat\` could not be built from ${relative(root, cli)}: see the lines above.\n`)
  }
}

installDependencies()
bundle()
