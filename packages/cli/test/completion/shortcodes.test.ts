import { assert, describe, it } from "@effect/vitest"
import { loadEmoji } from "../../src/completion/emoji.ts"
import { mayHaveNames, withEmoji } from "../../src/completion/shortcodes.ts"

describe("the names of emoji in a text", () => {
  it("become emoji, but not in code, nor in what is no name", async () => {
    const emoji = await loadEmoji()
    const table: ReadonlyArray<readonly [string, string]> = [
      [":tada: done :+1:", "🎉 done 👍"],
      [":tada::tada:", "🎉🎉"],
      ["so good :Tada:!", "so good 🎉!"],
      ["`:tada:` and :tada:", "`:tada:` and 🎉"],
      ["```\n:tada:\n``` :tada:", "```\n:tada:\n``` 🎉"],
      ["```\n:tada:", "```\n:tada:"],
      ["at 10:30:45, a:b:c, http://x:tada:y", "at 10:30:45, a:b:c, http://x:tada:y"],
      [":no_such_thing:", ":no_such_thing:"],
    ]
    for (const [text, expected] of table) assert.strictEqual(withEmoji(text, emoji), expected)
    assert.isTrue(mayHaveNames(":tada:"))
    assert.isFalse(mayHaveNames("10:30:45"))
  })
})
