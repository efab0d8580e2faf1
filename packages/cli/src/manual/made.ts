/** The manual page of this program, from its help and its README. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import packageJson from "../../package.json" with { type: "json" }
import { helpsOf } from "./helps.ts"
import { page } from "./page.ts"

export const manual = async (): Promise<string> => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8")
  const exitCodes = /^- Exit codes: (.*?)(?=^- |\n\n)/msu.exec(readme)?.[1] ?? ""
  return page({
    version: packageJson.version,
    helps: await helpsOf(),
    settings: readme.split("## Settings")[1]?.split("\n## ")[0] ?? "",
    exitCodes: exitCodes.replaceAll(/\s+/gu, " ").trim(),
  })
}
