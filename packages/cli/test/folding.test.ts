import { assert, describe, it } from "@effect/vitest"
import { objects, withServer } from "./support/program.ts"

const { done, signUp } = withServer()

describe("what somebody says whom one has blocked", () => {
  it("is folded for people, and marked for programs", async () => {
    for (const person of ["ann", "bob", "eve"]) await signUp(person)
    await done("ann", ["send", "@eve", "before"])
    await done("eve", ["send", "@ann", "between us"])
    await done("ann", ["rooms", "create", "hall"])
    for (const person of ["bob", "eve"]) await done(person, ["rooms", "join", "hall"])
    await done("ann", ["send", "hall", "good morning"])
    await done("eve", ["send", "hall", "spam one"])
    await done("eve", ["send", "hall", "spam two"])
    await done("bob", ["send", "hall", "--reply-to", "5", "what?"])
    await done("eve", ["edit", "hall", "last", "spam three"])
    await done("ann", ["pin", "hall", "6"])
    await done("ann", ["block", "eve"])

    const folded = await done("ann", ["history", "hall"])
    assert.match(
      folded,
      /good morning\n-- 2 messages of people you blocked: see --blocked\n.*bob: > message 5\n {4}what\?\n$/u,
    )
    assert.match(
      await done("ann", ["history", "hall", "--blocked"]),
      /eve: spam one\n.*spam three.*\n.*> eve: spam one/u,
    )
    const all = objects(await done("ann", ["history", "hall", "--json"]))
    assert.deepStrictEqual(
      all.map(({ body, blocked }) => [body, blocked]),
      [
        ["good morning", undefined],
        ["spam one", true],
        ["spam three", true],
        ["what?", undefined],
      ],
    )
    // one to one nothing is folded, and for others nothing at all
    assert.include(await done("ann", ["history", "@eve"]), "eve: between us")
    assert.include(await done("bob", ["history", "hall"]), "eve: spam one")

    // wherever else it would stand, unless it is asked for; what a program gets is what there is
    await done("ann", ["send", "hall", "--thread", "5", "why?"])
    for (const list of [["search", "spam"], ["pins", "hall"], ["threads"]]) {
      const shown = await done("ann", list)
      assert.include(shown, "(somebody you blocked: see --blocked)", list[0])
      assert.notInclude(shown, "spam", list[0])
      assert.include(await done("ann", [...list, "--blocked"]), "spam", list[0])
      assert.include(await done("ann", [...list, "--json"]), "spam", list[0])
    }
    assert.include(await done("ann", ["search", "between"]), "between us")

    const tail = ["tail", "hall", "--since", "start", "--count", "9"]
    const shown = await done("ann", tail)
    assert.include(shown, "-- 1 message of somebody you blocked: message 5, see --blocked")
    assert.include(shown, "eve changed message 6: (folded)")
    assert.include(shown, "ann pinned message 6: (folded)")
    assert.notInclude(shown, "spam")
    assert.include(await done("ann", [...tail, "--blocked"]), "eve: spam one")
    const lines = objects(await done("ann", [...tail, "--json"]))
    assert.lengthOf(
      lines.filter(({ blocked }) => blocked === true),
      4,
    )

    await done("ann", ["unblock", "eve"])
    assert.notInclude(await done("ann", ["history", "hall"]), "--blocked")
  })
})
