import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { configurationTable } from "../../src/config/settings.ts"

it("is documented as the code has it", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/operations.md"), "utf8")
  assert.include(page.split("<!-- configuration -->")[1], configurationTable())
})
