import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { width } from "../../src/text/styled.ts"
import { objects, password, until, withServer } from "../support/program.ts"
import { hasTmux, openPane, type Pane } from "../support/tmux.ts"

const { directory, done, signUp, environment, file, startServer, stopServer } = withServer()

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
    // what happened before the program came is read from the log
    await ann.shows("bob came in")
    const bob = await open("bob", 120, 40)
    says(bob, "/to #garden")
    await bob.shows("#garden  2 members")

    // what is being written stays while something comes, and the other sees that somebody writes
    ann.type("half a sent")
    await bob.shows("ann writes")
    says(bob, ":tada: wide 日本語 and 👍🏽")
    await ann.shows("🎉 wide 日本語 and 👍🏽")
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

    // however the server went
    await stopServer("SIGKILL")
    await ann.shows("offline since")
    await startServer()
    await ann.shows("online again")
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
      "🎉 wide 日本語 and 👍🏽",
      "half a sentence",
      "one\ntwo\nfour",
      "written while it was away",
    ])
  })

  it("finds, reacts, talks in threads, and asks for what a room wants", async () => {
    await done("bob", ["send", "garden", "what grows behind the shed?"])
    await done("bob", ["rooms", "create", "cellar", "--password-stdin"], { input: "a password of its own" })
    const ann = await open("ann", 120, 30)
    ann.press("C-f")
    await ann.shows("Find messages")
    says(ann, "shed")
    await ann.shows("behind the shed?")
    ann.press("Enter")
    await ann.shows("r reply")
    ann.type("+")
    await ann.shows("An emoji for message")
    says(ann, "seedling")
    await ann.shows("[🌱 1]")
    ann.press("C-s")
    ann.type("t")
    await ann.shows("Thread in #garden")
    says(ann, "nettles")
    await ann.shows("1 message in its thread")
    ann.press("Escape")
    await until("the thread closed", () => (ann.screen().includes("Thread in") ? undefined : true))

    // the terminal is lent to what asks for a password, and what is typed there is not shown
    says(ann, "/join cellar")
    await ann.shows("Password:")
    says(ann, "a password of its own")
    await ann.shows("#cellar  2 members")
    assert.notInclude(ann.screen(), "of its own")
    says(ann, "/msg @bob psst, a secret")
    await ann.shows("psst, a secret")
    const file = join(directory, "mine.ndjson")
    says(ann, `/export ${file}`)
    await ann.shows("SHA-256")
    assert.include(readFileSync(file, "utf8"), "psst, a secret")
    assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    says(ann, "/away")
    await ann.shows("Others see you as away")
    says(ann, "/back")
    await ann.shows("Others see when you are there")
    says(ann, "/to #garden")
    await ann.shows("#garden  2 members")
    says(ann, "/pins")
    await ann.shows("there is nothing")
    says(ann, "/invite-links extra")
    await until("what is wrong", () => (row(ann, "/invite-links")?.includes("write") ? true : undefined))
  }, 120_000)

  it("is left for an editor and for the shell, and tells of what is said elsewhere", async () => {
    const [editor, told] = [join(directory, "editor"), join(directory, "told")]
    writeFileSync(editor, '#!/bin/sh\nprintf " and more" >> "$1"\n', { mode: 0o755 })
    const env = environment("ann", { EDITOR: editor, CHAT_NOTIFY_COMMAND: `cat >> ${told}`, PS1: "shell$ " })
    const pane = openPane(["bash", "--norc", "-i"], env, 80, 24)
    panes.push(pane)
    await pane.shows("shell$")
    says(pane, `${process.execPath} ${file}`)
    await pane.shows("online")
    says(pane, "/to #garden")
    await pane.shows("#garden  2 members")
    pane.type("some text")
    await pane.shows("> some text")
    pane.press("C-g")
    await pane.shows("> some text and more")

    pane.press("C-z")
    await pane.shows("Stopped")
    says(pane, "stty -a")
    await pane.shows(" icanon")
    says(pane, "fg")
    await pane.shows("> some text and more")

    await done("bob", ["send", "@ann", "are you there?"])
    // what another process writes may be there in part
    const line = await until("word of it", () =>
      existsSync(told) ? /^.*(?=\n)/u.exec(readFileSync(told, "utf8"))?.[0] : undefined,
    )
    assert.deepInclude(JSON.parse(line), { place: "@bob", author: "bob", text: "are you there?", mention: false })
  }, 120_000)

  it("shows what was there when it ended although there is no server, and sends what is written once there is one", async () => {
    await done("bob", ["send", "garden", "to be read on the train"])
    const before = await open("ann", 80, 24)
    says(before, "/to #garden")
    await before.shows("to be read on the train")
    before.press("C-q")
    await before.shows("rc 0")
    const kept = statSync(join(directory, "state", "chat", "profiles", "ann", "state.json"))
    assert.strictEqual(kept.mode & 0o777, 0o600)

    await stopServer()
    const pane = openPane([process.execPath, file], environment("ann"), 80, 24)
    panes.push(pane)
    await pane.shows("offline since")
    says(pane, "/to #garden")
    await pane.shows("to be read on the train")
    says(pane, "written on the train")
    await pane.shows("1 to send")
    // the outbox and what is read outlive the program
    pane.press("C-q")
    await pane.shows("rc 0")
    const again = openPane([process.execPath, file], environment("ann"), 80, 24)
    panes.push(again)
    await again.shows("1 to send")
    says(again, "/to #garden")
    await again.shows("written on the train")
    await startServer()
    await again.shows("online")
    await until("the message", async () =>
      (await done("bob", ["history", "garden"])).includes("written on the train") ? true : undefined,
    )
    await until("nothing to send", () => (again.screen().includes("to send") ? undefined : true))
    await done("ann", ["logout"])
    await again.shows("rc 3")
    assert.isFalse(existsSync(join(directory, "state", "chat", "profiles", "ann", "state.json")))
    await done("ann", ["login", "ann", "--password-stdin"], { input: password })
  }, 180_000)

  it("ends when the session does, and says so", async () => {
    await done("tablet", ["login", "bob", "--password-stdin"], { input: password })
    const pane = await open("bob", 80, 24)
    const sessions = objects(await done("tablet", ["sessions", "--json"]))
    for (const { id, current } of sessions) {
      if (current !== true) await done("tablet", ["sessions", "revoke", String(id)])
    }
    assert.deepStrictEqual(await settings(pane, 3), ["icanon", "echo"])
    assert.include(pane.screen(), "chat: ")
  })

  it("leaves the terminal as it was, also when it is told to end", async () => {
    const pane = await open("ann", 80, 24)
    // without being asked for, the terminal's own selection stays
    assert.isFalse(pane.hasMouse())
    process.kill(pane.pid(), "SIGTERM")
    assert.deepStrictEqual(await settings(pane, 143), ["icanon", "echo"])
    const clicked = openPane([process.execPath, file], environment("ann", { CHAT_MOUSE: "on" }), 80, 24)
    panes.push(clicked)
    await clicked.shows("online")
    assert.isTrue(clicked.hasMouse())
    clicked.press("C-q")
    await clicked.shows("rc 0")
    assert.isFalse(clicked.hasMouse())
  })
})
