import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { objects, password, until, withServer } from "./support/program.ts"
import { hasTmux, openPane, type Pane } from "./support/tmux.ts"

const { done, signUp, environment, file } = withServer()

const panes: Array<Pane> = []
const open = (person: string, args: ReadonlyArray<string>, env: Record<string, string> = {}) => {
  const pane = openPane([process.execPath, file, ...args], environment(person, env))
  panes.push(pane)
  return pane
}

afterEach(() => {
  for (const pane of panes.splice(0)) pane.close()
})

beforeAll(async () => {
  await signUp("bob")
})

/** The settings of the terminal afterwards: it echoes and edits lines as before. */
const settings = async (pane: Pane) => {
  await pane.shows("icanon")
  await pane.shows("echoke")
  return pane.screen().match(/-?\b(?:icanon|echo)\b/gu)
}

describe.skipIf(!hasTmux)("on a terminal", () => {
  it("a password is asked for twice and never shown", async () => {
    const pane = open("ann", ["signup", "ann", "--email", "ann@example.com"])
    await pane.shows("Password: ")
    pane.type(`${password}x`)
    pane.press("BSpace", "Enter")
    await pane.shows("The same again: ")
    pane.type(password)
    pane.press("Enter")
    await pane.shows("You are @ann")
    await pane.shows("rc 0")
    assert.notInclude(pane.screen(), "passphrase")
    assert.deepStrictEqual(await settings(pane), ["icanon", "echo"])
    await done("elsewhere", ["login", "ann", "--password-stdin"], { input: password })
  })

  it("a slip in one of the two is found", async () => {
    const pane = open("slip", ["signup", "slip", "--email", "slip@example.com"])
    await pane.shows("Password: ")
    pane.type(password)
    pane.press("Enter")
    await pane.shows("The same again: ")
    pane.press("x", "Enter")
    await pane.shows("rc 2")
    assert.include(pane.screen(), "chat: the two passwords are not the same")
  })

  it("Ctrl-C at the question ends it at once and leaves the terminal as it was", async () => {
    const pane = open("ann", ["login", "ann"])
    await pane.shows("Password: ")
    pane.press("C-c")
    await pane.shows("rc 130")
    assert.deepStrictEqual(await settings(pane), ["icanon", "echo"])
  })

  it("a password that is too short is not asked for again", async () => {
    const pane = open("short", ["signup", "short", "--email", "short@example.com"])
    await pane.shows("Password: ")
    pane.type("short")
    pane.press("Enter")
    await pane.shows("rc 1")
    assert.include(pane.screen(), "8 characters at least")
    assert.notInclude(pane.screen(), "The same again")
  })

  it("whoever is not signed in is asked, and goes on into the chat", async () => {
    const pane = open("dora", ["--plain"], { CHAT_SERVER: "" })
    const answer = async (question: string, text: string) => {
      await pane.shows(question)
      pane.type(text)
      pane.press("Enter")
    }
    await answer("Server [http://127.0.0.1:8080]:", "nowhere")
    await pane.shows("not an address such as")
    pane.type(environment("dora").CHAT_SERVER)
    pane.press("Enter")
    await answer("log in (l)?", "what?")
    await pane.shows("Type s for")
    pane.type("s")
    pane.press("Enter")
    await answer("Name:", "dora")
    await answer("Email:", "dora@example.com")
    await answer("Password:", password)
    await answer("The same again:", password)
    await pane.shows("You are @dora")
    await pane.shows("/help shows what can be typed")
    // each answer is echoed once, and a password not at all
    const answers = pane.screen().match(/^(?:Name|Email|Password|The same again):.*$/gmu)
    assert.deepStrictEqual(answers, ["Name: dora", "Email: dora@example.com", "Password:", "The same again:"])
    pane.type("/quit")
    pane.press("Enter")
    await pane.shows("rc 0")
    assert.deepStrictEqual(await settings(pane), ["icanon", "echo"])

    // the account that there is, after a wrong password
    const again = open("dora-again", ["--plain"])
    await again.shows("log in (l)?")
    again.type("l")
    again.press("Enter")
    for (const typed of ["not the passphrase", password]) {
      await until("the question", () => (again.screen().trimEnd().endsWith("email:") ? true : undefined))
      again.type("dora")
      again.press("Enter")
      await until("the question", () => (again.screen().trimEnd().endsWith("Password:") ? true : undefined))
      again.type(typed)
      again.press("Enter")
    }
    await again.shows("The name or the password is wrong")
    await again.shows("/help shows what can be typed")
  })

  it("whoever would rather not sign in ends it at any question", async () => {
    for (const [key, code] of [
      ["/quit", 0],
      ["C-c", 130],
      ["C-d", 2],
    ] as const) {
      for (const before of [[], ["l"], ["l", "dora"]]) {
        const pane = open("nobody", ["--plain"])
        const questions = ["log in (l)?", "email:", "Password:"]
        for (const [index, typed] of before.entries()) {
          await pane.shows(questions[index] ?? "")
          pane.type(typed)
          pane.press("Enter")
        }
        await pane.shows(questions[before.length] ?? "")
        if (key === "/quit") {
          pane.type(key)
          pane.press("Enter")
        } else pane.press(key)
        await pane.shows(`rc ${code}`)
        assert.deepStrictEqual(await settings(pane), ["icanon", "echo"])
      }
    }
  })

  it("names are coloured, unless somebody wants none", async () => {
    await done("bob", ["send", "general", "hello"])
    for (const [env, name] of [
      [{}, "\u001B[36mbob\u001B["],
      [{ NO_COLOR: "1" }, " bob: hello"],
    ] as const) {
      const pane = open("bob", ["history", "general"], env)
      await pane.shows("rc 0")
      assert.include(pane.colours(), name)
    }
  })

  it("two people chat, line by line", async () => {
    await done("bob", ["rooms", "create", "kitchen"])
    await done("ann", ["rooms", "join", "kitchen"])
    await done("bob", ["send", "kitchen", "what was before"])
    const ann = open("ann", ["--plain"])
    await ann.shows("#kitchen")
    // with nothing open, a conversation's name is meant as one
    ann.type("#kitchen")
    ann.press("Enter")
    await ann.shows("bob: what was before")
    const bob = open("bob", ["--plain"])
    await bob.shows("#kitchen")
    bob.type("/to kitchen")
    bob.press("Enter")
    await bob.shows("#kitchen> ")

    ann.type("soup?")
    ann.press("Enter")
    await bob.shows("ann: soup?")
    // what is being typed stays while something comes
    ann.type("half a sent")
    await ann.shows("half a sent")
    bob.type("yes, \u00FC and \u{1F372}")
    bob.press("Enter")
    await ann.shows("bob: yes, \u00FC and \u{1F372}")
    await ann.shows("#kitchen> half a sent")
    ann.type("ence")
    ann.press("Enter")
    await bob.shows("ann: half a sentence")

    // a paste is one message
    ann.paste("one\ntwo\nthree\n")
    ann.press("Enter")
    await bob.shows("    three")
    // words in another conversation are announced
    await done("bob", ["send", "@ann", "between us"])
    await ann.shows("@bob  bob: between us")
    ann.type("/edit three lines")
    ann.press("Enter")
    await bob.shows("ann changed message")
    ann.press("C-d")
    await ann.shows("rc 0")
    assert.deepStrictEqual(await settings(ann), ["icanon", "echo"])
    bob.press("C-c")
    await bob.shows("rc 130")
    assert.deepStrictEqual(await settings(bob), ["icanon", "echo"])

    const said = objects(await done("ann", ["history", "kitchen", "--json"])).map(({ body }) => body)
    assert.deepStrictEqual(said, [
      "what was before",
      "soup?",
      "yes, \u00FC and \u{1F372}",
      "half a sentence",
      "three lines",
    ])
  })
})
