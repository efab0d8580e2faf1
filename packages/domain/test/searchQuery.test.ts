import { parseSearch } from "@chat/domain/SearchQuery"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const query = (text: string) => {
  const parsed = parseSearch(text)
  return parsed._tag === "Query" ? parsed.query : assert.fail(parsed.detail)
}
const problem = (text: string) => {
  const parsed = parseSearch(text)
  return parsed._tag === "Problem" ? parsed.detail : assert.fail(`${text} is no problem`)
}

describe("parseSearch", () => {
  it("takes a search apart", () => {
    assert.deepStrictEqual(
      query(
        `soup  from:@Ann in:#Kitchen in:@bob "green tea" to* has:link has:reaction is:pinned after:2026-01-01 before:2026-02-01T12:30Z`,
      ),
      {
        words: ["soup"],
        prefixes: ["to"],
        phrases: ["green tea"],
        from: ["ann"],
        in: [
          { kind: "room", name: "kitchen" },
          { kind: "direct", name: "bob" },
        ],
        after: "2026-01-01T00:00:00.000Z",
        before: "2026-02-01T12:30:00.000Z",
        has: ["link", "reaction"],
        pinned: true,
      },
    )
  })

  it("takes anything else for words", () => {
    assert.deepStrictEqual(query("http://a.b c++ from you:me 50%").words, [
      "http://a.b",
      "c++",
      "from",
      "you:me",
      "50%",
    ])
    assert.deepStrictEqual(query(`"never closed`).phrases, ["never closed"])
  })

  it("narrows with each time", () => {
    const { after, before } = query("after:2026-01-01 after:2026-03-01 before:2026-05-01 before:2026-04-01")
    assert.deepStrictEqual([after, before], ["2026-03-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z"])
  })

  it("says what cannot be meant", () => {
    for (const [text, says] of [
      ["", "nothing to look for"],
      [`"" * "  "`, "nothing to look for"],
      ["from:@", "from:"],
      ["in:#", "in:"],
      ["has:feet", "has:"],
      ["is:nice", "is:"],
      ["before:yesterday", "before:"],
      ["after:2026-02-30", "after:"],
      ["after:2026-13-01", "after:"],
    ] as const) {
      assert.include(problem(text), says, text)
    }
  })

  it.prop("reads whatever there is, and looks for nothing else", [Schema.String], ([text]) => {
    const parsed = parseSearch(text)
    if (parsed._tag === "Problem")
      return assert.match(parsed.detail, /nothing to look for|^(from|in|before|after|has|is):/i)
    const { words, prefixes, phrases } = parsed.query
    for (const part of [...words, ...phrases, ...prefixes.map((prefix) => `${prefix}*`)]) assert.include(text, part)
    for (const part of [...words, ...prefixes]) assert.notMatch(part, /\s|^$/u)
  })

  const Word = Schema.String.check(Schema.isPattern(/^[a-z0-9.]{1,8}$/))
  const lists = { words: Schema.Array(Word), prefixes: Schema.Array(Word), phrases: Schema.Array(Word) }

  it.prop("finds every part of a search, in its order", [Schema.Struct(lists)], ([parts]) => {
    const written = [
      ...parts.words,
      ...parts.prefixes.map((prefix) => `${prefix}*`),
      ...parts.phrases.map((phrase) => `"${phrase}"`),
    ]
    if (written.length === 0) return
    const { words, prefixes, phrases } = query(written.join(" "))
    assert.deepStrictEqual({ words, prefixes, phrases }, parts)
  })
})
