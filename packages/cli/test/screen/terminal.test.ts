import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { width } from "../../src/text/styled.ts"
import { objects, until, withServer } from "../support/program.ts"
import { hasTmux, openPane, type Pane } from "../support/tmux.ts"

const { done, signUp, environment, file, startServer, stopServer } = withServer()

const panes: Array<Pane> = []

afterEach(() => {
  for (const pane of panes.splice(0)) pane.close()
})

const open = async (person: string, columns: number, rows: number) => {
  const pane = openPane([process.execPath, file], environment(person), columns, rows)
  panes.push(pane)
  await pane.shows("online")
  return pane
}

const says = (pane: Pane, text: string) => {
  pane.type(text)
  pane.press("Enter")
}

const row = (pane: Pane, text: string) =>
  pane
    .screen()
    .split("\n")
    .find((line) => line.includes(text))

/** The settings of the terminal afterwards: it echoes and edits lines as before. */
const settings = async (pane: Pane, code: number) => {
  await pane.shows(`rc ${code}`)
  await pane.shows("echoke")
  // what was on the screen before is there again
  assert.notInclude(pane.screen(), "#garden")
  return pane.screen().match(/-?\b(?:icanon|echo)\b/gu)
}

beforeAll(async () => {
  if (!hasTmux) return
  for (const person of ["ann", "bob"]) await signUp(person)
  await done("ann", ["rooms", "create", "garden"])
  await done("bob", ["rooms", "join", "garden"])
})

describe.skipIf(!hasTmux)("a full screen", () => {
  it("is where two people talk, however large it is, and also after the server was away", async () => {
    await done("bob", ["send", "garden", "what was before"])
    const ann = await open("ann", 80, 24)
    await ann.shows("bob")
    ann.press("C-k")
    ann.type("garden")
    ann.press("Enter")
    await ann.shows("what was before")
    const bob = await open("bob", 120, 40)
    says(bob, "/to #garden")
    await bob.shows("#garden  2 members")

    // what is being written stays while something comes, and the other sees that somebody writes
    ann.type("half a sent")
    await bob.shows("ann writes")
    says(bob, "wide 日本語 and 👍🏽")
    await ann.shows("wide 日本語 and 👍🏽")
    await ann.shows("> half a sent")
    ann.type("ence")
    ann.press("Enter")
    await bob.shows("half a sentence")

    // a paste is one message, sent when it is said so
    ann.paste("one\ntwo\nthree")
    await ann.shows("three")
    ann.press("Enter")
    await bob.shows("three")

    // panes fold, and what stands beside wide characters stands where it did
    for (const [columns, rows] of [
      [60, 15],
      [120, 40],
      [80, 24],
    ] as const) {
      ann.resize(columns, rows)
      await until("the new size", () =>
        row(ann, "#garden  2 members")?.includes("│") === columns >= 70 ? true : undefined,
      )
      await ann.shows("half a sentence")
      for (const line of ann.screen().split("\n")) assert.isAtMost(width(line), columns)
    }

    // a message that was selected is changed, answered and deleted
    ann.press("C-s")
    await ann.shows("r reply")
    ann.type("e")
    await ann.shows("edit> one")
    ann.press("C-u")
    says(ann, "four")
    await bob.shows("(edited)")

    await stopServer()
    await ann.shows("offline since")
    says(ann, "written while it was away")
    await ann.shows("to send")
    await startServer()
    await until("the message", () => (bob.screen().includes("written while it was away") ? true : undefined), 90)
    await ann.shows("online")
    await until("nothing to send", () => (ann.screen().includes("to send") ? undefined : true))

    ann.press("C-q")
    assert.deepStrictEqual(await settings(ann, 0), ["icanon", "echo"])
    bob.press("C-c")
    await bob.shows("Ctrl-C again ends")
    bob.press("C-c")
    assert.deepStrictEqual(await settings(bob, 0), ["icanon", "echo"])
    const said = objects(await done("ann", ["history", "garden", "--json"])).map(({ body }) => body)
    assert.deepStrictEqual(said, [
      "what was before",
      "wide 日本語 and 👍🏽",
      "half a sentence",
      "one\ntwo\nfour",
      "written while it was away",
    ])
  })

  it("leaves the terminal as it was, also when it is told to end", async () => {
    const pane = await open("ann", 80, 24)
    process.kill(pane.pid(), "SIGTERM")
    assert.deepStrictEqual(await settings(pane, 143), ["icanon", "echo"])
  })
})
