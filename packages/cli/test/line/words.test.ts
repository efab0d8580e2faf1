import { assert, describe, it } from "@effect/vitest"
import { cut, cutTarget, nearest, unquoted, wordsOf } from "../../src/line/words.ts"

describe("what is typed after a command", () => {
  it("is cut into words, and quotes hold together what has blanks in it", () => {
    assert.deepStrictEqual(wordsOf(`  --uses 2 --expires '2 days' "and more" it's`), [
      "--uses",
      "2",
      "--expires",
      "2 days",
      "and more",
      "it's",
    ])
    assert.deepStrictEqual(wordsOf(""), [])
  })

  it("is a text, with or without quotes around it", () => {
    for (const [typed, text] of [
      ['"Old lamps"', "Old lamps"],
      ["'it's here' ", "it's here"],
      ['say "hello"', 'say "hello"'],
      ['"', '"'],
    ] as const) {
      assert.strictEqual(unquoted(typed), text)
    }
  })

  it("is a word and the rest as it is", () => {
    assert.deepStrictEqual(cut("3  two  words\nand a line"), ["3", "two  words\nand a line"])
    assert.deepStrictEqual(cut("3"), ["3", ""])
  })
})

describe("the name that was meant", () => {
  const names = ["to", "quit", "react", "unreact", "reply"]

  it("begins like what was typed, or is hardly different", () => {
    for (const [typed, meant] of [
      ["unre", "unreact"],
      ["quti", "quit"],
      ["reatc", "react"],
      ["rpely", "reply"],
    ] as const) {
      assert.strictEqual(nearest(typed, names), meant)
    }
  })

  it("is not guessed from something else", () => {
    for (const typed of ["", "xyz", "etc/passwd", "go"]) assert.isUndefined(nearest(typed, names), typed)
  })
})

describe("a target and a text", () => {
  it("are told apart, also where a group has blanks between its names", () => {
    assert.deepStrictEqual(cutTarget(" @bob hello there, you"), ["@bob", "hello there, you"])
    assert.deepStrictEqual(cutTarget("#room"), ["#room", ""])
    assert.deepStrictEqual(cutTarget("@bob, @eve hello"), ["@bob, @eve", "hello"])
    assert.deepStrictEqual(cutTarget("@bob,@eve hello"), ["@bob,@eve", "hello"])
    assert.deepStrictEqual(cutTarget("@bob, hello"), ["@bob,", "hello"])
  })
})
