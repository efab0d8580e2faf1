// The rules of the house that a compiler does not know: arrows between packages run one way, no import of an Effect
// barrel, no circle of folders, no Node in what runs in browsers, no file too long to read, no suppression without a reason.
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { parseSync, type ParseResult } from "rolldown/experimental"

const root = resolve(import.meta.dirname, "..")
const longest = 350

/** What the sources of a package, and its tests on top of that, may import of the other packages. */
const arrows: Record<string, { readonly src: ReadonlyArray<string>; readonly test: ReadonlyArray<string> }> = {
  domain: { src: [], test: [] },
  server: { src: ["domain"], test: ["client"] },
  client: { src: ["domain"], test: [] },
  cli: { src: ["client", "domain"], test: [] },
  simulation: { src: ["server", "client", "domain"], test: [] },
}

/** An Effect barrel pulls in the whole library; modules begin with a capital letter. `@effect/vitest` has only one entry. */
const isBarrel = (specifier: string) =>
  /^(effect|@effect\/[^/]+)(\/|$)/.test(specifier) &&
  specifier !== "@effect/vitest" &&
  specifier !== "@effect/vitest/utils" &&
  !specifier.endsWith("/package.json") &&
  !/^[A-Z]/.test(specifier.slice(specifier.lastIndexOf("/") + 1))

/** Modules that must run in a browser. */
const isPortable = (file: string) =>
  file.startsWith("packages/domain/src/") ||
  (file.startsWith("packages/client/src/") && !file.startsWith("packages/client/src/node/"))

/** What the rules are about, of one file of the repository, given by its path from the root. */
export interface Source {
  readonly file: string
  readonly lines: number
  readonly specifiers: ReadonlyArray<string>
  readonly comments: ReadonlyArray<string>
}

const specifiersOf = ({ module }: ParseResult, text: string): ReadonlyArray<string> => {
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end))
  return [
    ...module.staticImports.map((imported) => imported.moduleRequest.value),
    ...module.staticExports.flatMap((exported) =>
      exported.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
    ...dynamic.flatMap((literal) => /^["'`]([^"'`$]+)["'`]$/.exec(literal)?.[1] ?? []),
  ]
}

const importProblems = (file: string, specifier: string): ReadonlyArray<string> => {
  const problems: Array<string> = []
  if (isBarrel(specifier)) problems.push(`imports the barrel "${specifier}": import the module itself`)
  const [, name, part] = /^packages\/([^/]+)\/([^/]+)\//.exec(file) ?? []
  const rule = name === undefined ? undefined : arrows[name]
  if (name === undefined || rule === undefined || (part !== "src" && part !== "test")) return problems

  const allowed = part === "src" ? rule.src : [...rule.src, ...rule.test, name]
  const other = /^@chat\/([^/]+)/.exec(specifier)?.[1]
  if (other !== undefined && !allowed.includes(other)) problems.push(`${name}/${part} must not import "${specifier}"`)
  if (specifier.startsWith(".")) {
    const home = part === "src" ? `packages/${name}/src/` : `packages/${name}/`
    const target = relative(root, resolve(root, dirname(file), specifier))
    const own = target.startsWith(home) || target === `packages/${name}/package.json`
    if (!own) problems.push(`"${specifier}" leaves ${home}`)
  }
  if (isPortable(file) && specifier.startsWith("node:"))
    problems.push(`imports "${specifier}" but must run in a browser`)
  if (name === "domain" && part === "src" && !/^(\.|effect\/)/.test(specifier)) {
    problems.push(`imports "${specifier}": the contract imports only effect`)
  }
  return problems
}

const suppression = /^\s*(@ts-(?:ignore|expect-error|nocheck)|(?:oxlint|eslint)-disable\S*|@effect-diagnostics\S*)(.*)/s

const suppressionProblem = (comment: string): ReadonlyArray<string> => {
  const [, directive, rest] = suppression.exec(comment) ?? []
  return directive === undefined || / -- \S/.test(rest ?? "") ? [] : [`${directive} without "-- reason"`]
}

export const sourceOf = (file: string, text: string): Source => {
  const parsed = parseSync(file, text)
  return {
    file,
    lines: text.trimEnd().split("\n").length,
    specifiers: specifiersOf(parsed, text),
    comments: parsed.comments.map(({ value }) => value),
  }
}

/** The problems of one file by itself. */
export const problemsOf = ({ file, lines, specifiers, comments }: Source): ReadonlyArray<string> =>
  [
    ...new Set([
      ...specifiers.flatMap((specifier) => importProblems(file, specifier)),
      ...comments.flatMap(suppressionProblem),
      ...(lines > longest ? [`${lines} lines, at most ${longest}: split it`] : []),
    ]),
  ].map((problem) => `${file}: ${problem}`)

const folderOf = (file: string) => /^(packages\/[^/]+\/src\/[^/]+)\//.exec(file)?.[1]

/** The circles of the folders of `src`, which are features: each imports what stands below it, however indirectly. */
export const circlesOf = (sources: ReadonlyArray<Source>): ReadonlyArray<string> => {
  const below = new Map<string, Map<string, string>>()
  for (const { file, specifiers } of sources) {
    const from = folderOf(file)
    if (from === undefined) continue
    for (const specifier of specifiers) {
      const to = specifier.startsWith(".") ? folderOf(join(dirname(file), specifier)) : undefined
      if (to === undefined || to === from) continue
      const arrows = below.get(from) ?? new Map<string, string>()
      below.set(from, arrows.set(to, file))
    }
  }
  const reached = (start: string) => {
    const seen = new Set<string>()
    const next = [start]
    for (let folder = next.pop(); folder !== undefined; folder = next.pop()) {
      for (const to of below.get(folder)?.keys() ?? []) if (!seen.has(to) && seen.add(to)) next.push(to)
    }
    return seen
  }
  return [...below].flatMap(([from, arrows]) =>
    [...arrows].flatMap(([to, file]) =>
      reached(to).has(from) ? [`${file}: imports ${to}, which needs ${from}: a circle of folders`] : [],
    ),
  )
}

if (import.meta.main) {
  // tracked files and new ones that are not ignored
  const args = ["ls-files", "-co", "--exclude-standard", "--deduplicate", "*.ts", "*.tsx"]
  const files = execFileSync("git", args, { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && !file.endsWith(".d.ts") && existsSync(join(root, file)))
  const sources = files.map((file) => sourceOf(file, readFileSync(join(root, file), "utf8")))
  const problems = [...sources.flatMap(problemsOf), ...circlesOf(sources)]
  for (const problem of problems) console.error(problem)
  console.log(`structure: ${files.length} files, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
