import { assert, describe, it } from "@effect/vitest"
import { readMatches } from "../../src/search/matches.ts"

const marks = { start: "<1>", stop: "</1>" }

describe("readMatches", () => {
  it("finds the places between marks in the text without them", () => {
    assert.deepStrictEqual(readMatches("no marks <2>at</2> all", marks), [])
    assert.deepStrictEqual(readMatches("<1>one</1> two <1>three</1>.", marks), [
      { start: 0, end: 3 },
      { start: 8, end: 13 },
    ])
    assert.deepStrictEqual(readMatches("<1>a</1><1>b</1>", marks), [
      { start: 0, end: 1 },
      { start: 1, end: 2 },
    ])
  })
})
