import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { freePort, password, until, withServer } from "../support/program.ts"
import { hasTmux, openPane, type Pane } from "../support/tmux.ts"

const { done, signUp, environment, file, startServer, stopServer } = withServer()

const panes: Array<Pane> = []

afterEach(() => {
  for (const pane of panes.splice(0)) pane.close()
})

const open = (profile: string, args: ReadonlyArray<string> = [], env: Record<string, string> = {}, size = [80, 24]) => {
  const pane = openPane([process.execPath, file, ...args], environment(profile, env), size[0], size[1])
  panes.push(pane)
  return pane
}

const enters = (pane: Pane, ...texts: ReadonlyArray<string>) => {
  for (const text of texts) {
    pane.type(text)
    pane.press("Enter")
  }
}

beforeAll(async () => {
  if (hasTmux) await signUp("ann")
})

describe.skipIf(!hasTmux)("the first run on a full screen", () => {
  it("asks for a server and an account, says what is wrong where it is, and goes on into a conversation", async () => {
    const pane = open("dora", [], { CHAT_SERVER: "" })
    await pane.shows("You are not signed in with the profile dora")
    await pane.shows("Server          http://127.0.0.1:8080")
    pane.press("C-u")
    enters(pane, "nowhere")
    await pane.shows('"nowhere", not an address')
    pane.press("C-u")
    enters(pane, `http://127.0.0.1:${await freePort()}`)
    await pane.shows("! The server cannot be reached")
    pane.press("C-u")
    enters(pane, environment("dora").CHAT_SERVER)
    await pane.shows("it is there")
    await pane.shows("s, l or the arrows choose")

    pane.press("Enter")
    enters(pane, "ann", "dora@example.com", "short", "short")
    await pane.shows("8 characters at least")
    // the cursor is at what is wrong
    pane.press("C-u")
    enters(pane, password, "not the same")
    await pane.shows("! The two passwords are not the same")
    pane.press("C-u")
    enters(pane, password)
    await pane.shows("! The name ann is taken")
    pane.press("C-u")
    pane.type("dora")
    assert.notInclude(pane.screen(), password)
    assert.include(pane.screen(), "Password        •••")
    pane.press("Down", "Down", "Down", "Enter")
    await pane.shows("#general")
    await pane.shows("online")
    enters(pane, "hello, I am new")
    await until("the message", async () =>
      (await done("ann", ["history", "general"])).includes("hello, I am new") ? true : undefined,
    )
    pane.press("C-q")
    await pane.shows("rc 0")
    assert.notInclude(pane.screen(), password)

    // from now on it is known who that is, and another profile is somebody else
    const again = open("dora")
    await again.shows("hello, I am new")
    const other = open("dora", ["--profile", "work"])
    await other.shows("with the profile work")
    other.press("C-c")
    await other.shows("rc 0")
  }, 120_000)

  it("logs in to the account that there is, on a small terminal as well", async () => {
    const pane = open("ann-again", [], {}, [40, 6])
    await pane.shows("Sign up")
    pane.type("l")
    await pane.shows("(•) Log in")
    pane.press("Enter")
    await pane.shows("Name or email")
    enters(pane, "@ann", "not the passphrase")
    await pane.shows("password is wrong")
    pane.press("C-u")
    enters(pane, password)
    assert.isTrue(await pane.shows("online"))
  })

  it("waits for a server that is not there yet", async () => {
    await stopServer()
    const pane = open("eve")
    await pane.shows("! The server cannot be reached")
    await startServer()
    assert.isTrue(await pane.shows("it is there"))
  }, 120_000)
})
