import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { allMutants, applies } from "../scripts/mutants/all.ts"

it("each rule that npm run test:mutants takes away is where it looks for it", () => {
  const source = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8")
  const lost = allMutants.filter((mutant) => !applies(mutant, source(mutant.file)))
  expect(lost.map(({ rule, file }) => `${rule}: ${file}`)).toEqual([])
})
