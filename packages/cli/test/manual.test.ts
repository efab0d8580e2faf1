import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { helpsOf } from "../src/manual/helps.ts"
import { manual } from "../src/manual/made.ts"

const hasMandoc = spawnSync("mandoc", ["-T", "lint"], { input: "" }).error === undefined
const mandoc = (input: string, ...args: ReadonlyArray<string>) =>
  spawnSync("mandoc", args, { input, encoding: "utf8" }).stdout

describe("the manual page", () => {
  it("has every command that help has, the variables and the exit codes", async () => {
    const page = await manual()
    for (const { path, doc } of await helpsOf()) {
      if ((doc.subcommands ?? []).length === 0) assert.include(page, `chat ${path.join(" ")}`.replaceAll("-", "\\-"))
    }
    assert.include(page, "CHAT_PROFILE")
    assert.include(page, "the server cannot be reached")
  })

  it.skipIf(!hasMandoc)("is well formed, and reads as it should", async () => {
    const page = await manual()
    // it is not of a day
    const faults = mandoc(page, "-T", "lint", "-W", "warning").replaceAll(/^.*missing date.*\n/gmu, "")
    assert.strictEqual(faults, "")
    // bold is a letter over itself
    const text = mandoc(page, "-T", "utf8", "-O", "width=100").replaceAll(/.[\b]/gsu, "")
    assert.include(text, "make 2>&1 | chat send '#builds' -")
    assert.include(text, "--server URL")
    assert.match(text, /^ +CHAT_PROFILE\n +--profile NAME: one of several accounts/mu)
    assert.match(text, /^ +NO_COLOR\n +no colours/mu)
    assert.match(text, /^ +chat react target message emoji\n +Put an emoji under a message/mu)
  })
})
