import { execFileSync } from "node:child_process"
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

// What a user gets: the packages built and packed in a copy of the sources, their tarballs installed with npm into an
// empty project, and that project type checked and run.

const root = join(import.meta.dirname, "..")
const rootPackage: { packageManager: string; version: string } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
)
const directory = mkdtempSync(join(tmpdir(), "chat-pack-"))
const copy = join(directory, "copy")
const tarballs = join(directory, "tarballs")
const consumer = join(directory, "consumer")

const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): string => {
  const bin = join(root, "node_modules", ".bin")
  // what npm tells its scripts about this repository is not for the consumer; where the registry is, is
  const own = /^(npm_(?!config_)|npm_config_local_prefix$|NODE_ENV$|NODE_OPTIONS$|VITEST)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: "utf8",
      env: { ...env, PATH: `${bin}:${env["PATH"] ?? ""}` },
      stdio: ["ignore", "pipe", "pipe"],
    })
  } catch (error) {
    // `execFileSync` throws what the program printed along with its status
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`${command} ${args.join(" ")}\n${stdout ?? ""}\n${stderr ?? ""}`, { cause: error })
  }
}

const pnpm = (...args: ReadonlyArray<string>) => run(copy, "npx", "--yes", rootPackage.packageManager, ...args)

const packed = (name: string) => join(consumer, "node_modules", "@chat", name)

/** Every public module of an installed package, as its users import it. */
const modulesOf = (name: string): ReadonlyArray<string> =>
  globSync("**/*.d.ts", { cwd: join(packed(name), "dist") })
    .map((file) => file.replaceAll("\\", "/").replace(/\.d\.ts$/, ""))
    .filter((module) => !module.startsWith("internal/"))
    .map((module) => `@chat/${name}/${module}`)
    .toSorted()

beforeAll(() => {
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !["node_modules", "dist", "bundle", ".git", "test", "tests", "docs"].includes(basename(path)),
  })
  pnpm("install", "--frozen-lockfile", "--prefer-offline", "--ignore-scripts")
  run(copy, "npm", "run", "--silent", "build")
  const filters = ["domain", "client", "cli"].flatMap((name) => ["--filter", `@chat/${name}`])
  pnpm(...filters, "--recursive", "pack", "--pack-destination", tarballs)

  mkdirSync(consumer)
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  const files = globSync("*.tgz", { cwd: tarballs }).map((file) => join(tarballs, file))
  run(consumer, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...files)
}, 300_000)

afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe("the packed packages", () => {
  it("hold no tests, no build state and no path of the workspace", () => {
    for (const name of ["domain", "client", "cli"]) {
      const files = globSync("**/*", { cwd: packed(name) })
      expect(files).toContain("LICENSE")
      expect(files.filter((file) => /tsbuildinfo|\.test\.|(^|\/)test(\/|$)/.test(file))).toEqual([])
      expect(readFileSync(join(packed(name), "package.json"), "utf8")).not.toMatch(/workspace:|catalog:|"\.\/src\//)
    }
  })

  it("type check under the strictest settings of a consumer", () => {
    const modules = [...modulesOf("domain"), ...modulesOf("client")]
    expect(modules).toContain("@chat/domain/Ids")
    const imports = modules.map((module, index) => `import type * as M${index} from "${module}"\n`).join("")
    const exported = modules.map((_, index) => `typeof M${index}`).join(" | ")
    writeFileSync(join(consumer, "types.ts"), `${imports}export type All = ${exported}\n`)
    const compilerOptions = {
      target: "es2024",
      lib: ["es2024", "dom", "dom.iterable", "dom.asynciterable"],
      module: "nodenext",
      types: [],
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
    }
    writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }))
    expect(run(consumer, "tsc", "--pretty", "false", "--checkers", "1")).toBe("")
  })

  it("have no type of Effect in the declarations of `Chat`, which is for programs without Effect", () => {
    const declarations = readFileSync(join(packed("client"), "dist", "Chat.d.ts"), "utf8")
    expect(declarations).toContain("export interface Chat {")
    expect(declarations).not.toMatch(/from "effect|import\("effect|\bEffect\.|\bStream\./u)
  })

  it("run: every public module can be imported", () => {
    const modules = [...modulesOf("domain"), ...modulesOf("client")]
    const script = `for (const module of ${JSON.stringify(modules)}) await import(module)\nconsole.log("imported")\n`
    writeFileSync(join(consumer, "run.js"), script)
    expect(run(consumer, "node", "run.js")).toBe("imported\n")
  })

  it("keep their insides to themselves", () => {
    writeFileSync(join(consumer, "private.js"), 'await import("@chat/client/internal/Anything")\n')
    expect(() => run(consumer, "node", "private.js")).toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  it("bring `chat`, which needs no other package", () => {
    const description = JSON.parse(readFileSync(join(packed("cli"), "package.json"), "utf8"))
    expect(description).not.toHaveProperty("dependencies")
    for (const page of description.man) expect(readFileSync(join(packed("cli"), page), "utf8")).toContain(".TH CHAT 1")
    const chat = join(consumer, "node_modules", ".bin", "chat")
    expect(run(directory, chat, "--version")).toContain(rootPackage.version)
  })
})
