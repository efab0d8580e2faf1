import { assert, describe, it } from "@effect/vitest"
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import packageJson from "../../package.json" with { type: "json" }
import { helpsOf } from "../support/helps.ts"
import { page } from "./page.ts"

const root = join(import.meta.dirname, "..", "..")
const file = join(root, "man", "chat.1")
const readme = readFileSync(join(root, "README.md"), "utf8")

const hasMandoc = spawnSync("mandoc", ["-T", "lint"], { input: "" }).error === undefined

const made = async () =>
  page({
    version: packageJson.version,
    helps: await helpsOf(),
    settings: readme.split("## Settings")[1]?.split("\n## ")[0] ?? "",
    exitCodes: (/^- Exit codes: (.*?)(?=^- |\n\n)/msu.exec(readme)?.[1] ?? "").replaceAll(/\s+/gu, " ").trim(),
  })

describe("the manual page", () => {
  it("is what help says", async () => {
    const text = await made()
    if (process.env["CHAT_TEST_WRITE"] === "1") writeFileSync(file, text)
    assert.strictEqual(readFileSync(file, "utf8"), text, "npm run manual writes it anew")
    for (const { path } of await helpsOf()) {
      if (path.length > 0) assert.include(text, `chat ${path.join(" ")}`.replaceAll("-", "\\-"))
    }
    assert.include(text, "CHAT_PROFILE")
    assert.include(text, "the server cannot be reached")
  })

  it.skipIf(!hasMandoc)("is well formed, and reads as it should", () => {
    const { stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "warning", file], { encoding: "utf8" })
    // it is not of a day
    assert.deepStrictEqual(
      stdout.split("\n").filter((line) => line !== "" && !line.includes("missing date")),
      [],
    )
    const shown = execFileSync("mandoc", ["-T", "utf8", "-O", "width=100", file], { encoding: "utf8" })
    // bold is a letter over itself
    const text = shown.replaceAll(/.[\b]/gsu, "")
    assert.include(text, "make 2>&1 | chat send '#builds' -")
    assert.include(text, "--server URL")
    assert.match(text, /^ +CHAT_PROFILE\n +--profile NAME: one of several accounts/mu)
    assert.match(text, /^ +NO_COLOR\n +no colours/mu)
    assert.match(text, /^ +chat react target message emoji\n +Put an emoji under a message/mu)
  })
})
