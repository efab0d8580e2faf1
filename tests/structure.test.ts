import { describe, expect, it } from "vitest"
import { circlesOf, problemsOf, sourceOf } from "../scripts/structure.ts"

const cases: ReadonlyArray<readonly [file: string, text: string, problem: RegExp | undefined]> = [
  ["packages/server/src/a.ts", 'import * as Effect from "effect/Effect"', undefined],
  ["packages/server/src/a.ts", 'import { Effect } from "effect"', /barrel "effect"/],
  ["packages/server/src/a.ts", 'import { Rpc } from "effect/rpc"', /barrel "effect\/rpc"/],
  ["packages/server/src/a.ts", 'export * from "@effect/platform-node"', /barrel "@effect\/platform-node"/],
  ["packages/cli/src/a.ts", 'const m = await import("@effect/sql-pg")', /barrel "@effect\/sql-pg"/],
  ["packages/server/test/a.test.ts", 'import { it } from "@effect/vitest"', undefined],
  ["packages/server/src/a.ts", 'import * as Ids from "@chat/domain/Ids"', undefined],
  ["packages/server/src/a.ts", 'import * as Chat from "@chat/client/Chat"', /must not import "@chat\/client\/Chat"/],
  ["packages/server/test/a.test.ts", 'import * as Chat from "@chat/client/Chat"', undefined],
  ["packages/domain/src/a.ts", 'import type * as Chat from "@chat/client/Chat"', /must not import/],
  ["packages/client/src/a.ts", 'import "../../server/src/main.ts"', /leaves packages\/client\/src\//],
  ["packages/client/src/a.ts", 'import "../test/fixture.ts"', /leaves packages\/client\/src\//],
  ["packages/client/src/a.ts", 'import * as Fs from "node:fs"', /browser/],
  ["packages/client/src/node/a.ts", 'import * as Fs from "node:fs"', undefined],
  ["packages/domain/src/a.ts", 'import { v7 } from "uuid"', /only effect/],
  ["packages/cli/src/a.ts", 'import packageJson from "../package.json" with { type: "json" }', undefined],
  ["scripts/a.ts", "// oxlint-disable-next-line no-console", /without "-- reason"/],
  ["scripts/a.ts", "// oxlint-disable-next-line no-console -- a script talks to a person", undefined],
  ["scripts/a.ts", "export {}\n".repeat(350), undefined],
  ["scripts/a.ts", "export {}\n".repeat(351), /at most 350/],
]

describe("structure", () => {
  it.each(cases)("%s: %s", (file, text, problem) => {
    const found = problemsOf(sourceOf(file, text)).join("\n")
    if (problem === undefined) expect(found).toBe("")
    else expect(found).toMatch(problem)
  })

  it("folders that import each other, also by way of a third", () => {
    const a = sourceOf("packages/cli/src/a/one.ts", 'import "../b/two.ts"')
    const b = sourceOf("packages/cli/src/b/two.ts", 'import "../c/three.ts"')
    const back = sourceOf("packages/cli/src/c/three.ts", 'export * from "../a/four.ts"')
    expect(circlesOf([a, b])).toEqual([])
    expect(circlesOf([a, b, back]).map((problem) => problem.slice(0, problem.indexOf(":")))).toEqual([
      a.file,
      b.file,
      back.file,
    ])
  })
})
