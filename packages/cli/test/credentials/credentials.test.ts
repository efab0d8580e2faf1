import { assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { password, until, withServer } from "../support/program.ts"

const { launch, directory } = withServer()

const profile = (person: string) => join(directory, "state", "chat", "profiles", person)
const tokens = (person: string) => join(profile(person), "tokens.json")

/** Whatever there is may be used, unless it is said otherwise. */
const run = (person: string, args: ReadonlyArray<string>, env: Record<string, string> = {}) =>
  launch(person, args, { input: password, env: { CHAT_CREDENTIALS: "", ...env } })

const signUp = (person: string, env?: Record<string, string>) =>
  run(person, ["signup", person, "--email", `${person}@example.com`, "--password-stdin"], env)

beforeAll(() => {
  // as it is installed with the program
  mkdirSync(join(directory, "node_modules", "@napi-rs"), { recursive: true })
  const installed = join(import.meta.dirname, "..", "..", "node_modules", "@napi-rs", "keyring")
  symlinkSync(installed, join(directory, "node_modules", "@napi-rs", "keyring"))
})

describe("credentials", () => {
  it("are in a file of their owner where there is no keyring, without a word", async () => {
    const { code, stderr } = await signUp("ann")
    assert.deepStrictEqual([code, stderr.split("\n").length], [0, 2], stderr)
    assert.strictEqual(statSync(tokens("ann")).mode & 0o777, 0o600)
    assert.strictEqual((await run("ann", ["whoami"])).code, 0)
  })

  it("are nowhere else than where they may be", async () => {
    const { code, stderr } = await signUp("eve", { CHAT_CREDENTIALS: "keyring" })
    assert.strictEqual(code, 2)
    assert.match(stderr, /the keyring of this system cannot be used \(.+\); CHAT_CREDENTIALS=file chat login/u)
    assert.isFalse(existsSync(tokens("eve")))
    assert.strictEqual((await run("ann", ["whoami"], { CHAT_CREDENTIALS: "keyring" })).code, 3)
    assert.include((await run("ann", ["whoami"], { CHAT_CREDENTIALS: "vault" })).stderr, "CHAT_CREDENTIALS")
  })

  it("are kept by a command, if one is named", async () => {
    const store = join(directory, "store.sh")
    const kept = (person: string) => join(directory, `${person}.secret`)
    writeFileSync(
      store,
      `case "$1" in
         get) cat "${directory}/$2.secret" 2>/dev/null || true ;;
         store) cat >"${directory}/$2.secret" ;;
         erase) rm "${directory}/$2.secret" ;;
       esac`,
    )
    const env = { CHAT_CREDENTIALS_COMMAND: `sh ${store}` }
    assert.strictEqual((await signUp("bob", env)).code, 0)
    assert.isFalse(existsSync(tokens("bob")))
    assert.strictEqual(JSON.parse(readFileSync(kept("bob"), "utf8")).account.username, "bob")
    assert.include((await run("bob", ["whoami"], env)).stdout, "@bob")
    assert.include((await run("bob", ["doctor"], env)).stdout, "kept by a command")

    const forgotten = await run("bob", ["whoami"])
    assert.strictEqual(forgotten.code, 2)
    assert.include(forgotten.stderr, "CHAT_CREDENTIALS_COMMAND is not set")
    const broken = await run("bob", ["whoami"], { CHAT_CREDENTIALS_COMMAND: "false" })
    assert.deepStrictEqual([broken.code, broken.stderr.includes("ended with 1 on get")], [2, true])

    assert.strictEqual((await run("bob", ["logout"], env)).code, 0)
    assert.isFalse(existsSync(kept("bob")))
  })
})

const hasPass = ["pass", "gpg"].every((program) => spawnSync(program, ["--version"]).status === 0)

describe.skipIf(!hasPass)("the command of the README", () => {
  it("keeps them with pass", async () => {
    const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8")
    const [, script = ""] = /```sh\n(#!\/bin\/sh\n# ~\/bin\/chat-pass.*?)```/su.exec(readme) ?? []
    const file = join(directory, "chat-pass")
    writeFileSync(file, script, { mode: 0o755 })
    // a socket has to fit into it
    const home = mkdtempSync(join(tmpdir(), "gpg-"))
    const env = {
      CHAT_CREDENTIALS_COMMAND: file,
      GNUPGHOME: home,
      PASSWORD_STORE_DIR: join(directory, "passwords"),
    }
    const surroundings = { ...process.env, ...env }
    onTestFinished(() => {
      spawnSync("gpgconf", ["--kill", "all"], { env: surroundings })
      rmSync(home, { recursive: true, force: true })
    })
    const prepare = (program: string, ...args: ReadonlyArray<string>) =>
      execFileSync(program, args, { env: surroundings, stdio: "ignore" })
    prepare("gpg", "--batch", "--passphrase", "", "--quick-generate-key", "tests", "default", "default", "never")
    prepare("pass", "init", "tests")

    assert.strictEqual((await run("pat", ["whoami"], env)).code, 3)
    assert.strictEqual((await signUp("pat", env)).code, 0)
    assert.isTrue(existsSync(join(env.PASSWORD_STORE_DIR, "chat", "pat.gpg")))
    assert.include((await run("pat", ["whoami"], env)).stdout, "@pat")
    assert.strictEqual((await run("pat", ["logout"], env)).code, 0)
    assert.strictEqual((await run("pat", ["whoami"], env)).code, 3)
  })
})

const hasKeyring = ["dbus-run-session", "gnome-keyring-daemon"].every(
  (program) => spawnSync(program, ["--version"]).status === 0,
)

/** A session of a desktop with an open keyring; its address. */
const openSession = async () => {
  const open = "printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null"
  // asking for the service itself would start another one
  const asked = "org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets"
  const owned = `dbus-send --session --print-reply --dest=org.freedesktop.DBus / ${asked} | grep -q true`
  const ready = `until ${owned}; do sleep 0.1; done; echo $DBUS_SESSION_BUS_ADDRESS`
  const session = spawn("dbus-run-session", ["--", "sh", "-c", `${open}; ${ready}; read line`], {
    env: { PATH: process.env["PATH"] ?? "", HOME: directory, XDG_DATA_HOME: join(directory, "share") },
    stdio: ["pipe", "pipe", "ignore"],
  })
  onTestFinished(() => void session.stdin.end("\n"))
  let said = ""
  session.stdout.on("data", (part: Buffer) => (said += part))
  const address = await until("the session", () => (said.endsWith("\n") ? said.trim() : undefined))
  const close = async () => {
    const ended = once(session, "exit")
    session.stdin.end("\n")
    await ended
  }
  return { env: { DBUS_SESSION_BUS_ADDRESS: address }, close }
}

describe.skipIf(!hasKeyring)("a keyring", () => {
  it("has the credentials where there is one, and whoever cannot reach it is told what to do", async () => {
    const { env, close } = await openSession()
    const looked = () =>
      spawnSync("secret-tool", ["lookup", "service", "chat", "username", profile("dan")], {
        env: { ...process.env, ...env },
        encoding: "utf8",
      }).stdout
    const signedUp = await signUp("dan", { ...env, CHAT_CREDENTIALS: "keyring" })
    assert.strictEqual(signedUp.code, 0, signedUp.stderr)
    assert.isFalse(existsSync(tokens("dan")))
    assert.notInclude(readFileSync(join(profile("dan"), "profile.json"), "utf8"), "oken")
    assert.include((await run("dan", ["whoami"], env)).stdout, "@dan")
    assert.include((await run("dan", ["doctor"], env)).stdout, "in the keyring")
    if (spawnSync("secret-tool", ["--version"]).error === undefined) assert.include(looked(), '"refreshToken"')

    const elsewhere = await run("dan", ["whoami"])
    assert.strictEqual(elsewhere.code, 2)
    assert.include(elsewhere.stderr, "CHAT_CREDENTIALS=file chat login")
    const login = await run("dan", ["login", "dan", "--password-stdin"], { CHAT_CREDENTIALS: "file" })
    assert.strictEqual(login.code, 0, login.stderr)
    assert.include((await run("dan", ["whoami"])).stdout, "@dan")

    // it is taken by itself
    assert.strictEqual((await signUp("eva", env)).code, 0)
    assert.isFalse(existsSync(tokens("eva")))
    assert.strictEqual((await run("eva", ["logout"], env)).code, 0)
    assert.strictEqual((await run("eva", ["whoami"], env)).code, 3)
    await close()
  })
})
