// `Chat` in a real browser, with pages of their own origins and the real server.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { localTokenStore as LocalTokenStore } from "../../src/browser/LocalTokenStore.ts"
import type { Chat, ChatEvent, connect as Connect } from "../../src/Chat.ts"
import { type Browser, hasChromium, launch, type Tab } from "./chromium.ts"
import { type ChatServer, type Line, lineTo, type Pages, pages, startServer } from "./servers.ts"

// What the page has, for the functions that run in it.
declare const connect: typeof Connect
declare const localTokenStore: typeof LocalTokenStore
declare let chat: Chat
declare const seen: Array<ChatEvent>
declare const follow: (chat: Chat) => void
declare const until: (condition: () => boolean | Promise<boolean>) => Promise<void>
declare let refreshes: number
declare const document: { readonly cookie: string }

const script = `
const seen = []
const follow = async (chat) => { for await (const event of chat.events()) seen.push(event) }
const until = async (condition) => {
  for (const end = performance.now() + 25_000; !(await condition()); await new Promise((next) => setTimeout(next, 10)))
    if (performance.now() > end) throw new Error(\`Never: \${condition}, \${JSON.stringify(chat?.connection)}\`)
}
Object.assign(window, { connect, localTokenStore, seen, follow, until, chat: undefined, refreshes: 0 })
`

const password = "correct horse battery staple"

describe.skipIf(!hasChromium)("Chat in a browser", { timeout: 60_000 }, () => {
  let directory: string
  let browser: Browser
  let site: Pages
  let page: string
  let server: ChatServer
  let line: Line
  let env: Record<string, string>
  let openAlices: (url: string) => Promise<Tab>
  let alice: Tab
  let bob: Tab
  let general: string

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "chat-browser-test-"))
    site = await pages(script)
    page = `${await site.serve()}/`
    env = {
      CHAT_DATA_DIR: join(directory, "data"),
      CHAT_PORT: "0",
      CHAT_PUBLIC_URL: "http://chat.example.org", // so that the issuer of tokens does not change with the port
      CHAT_ALLOWED_ORIGINS: new URL(page).origin,
    }
    browser = launch()
    const people = Promise.all([browser.person(), browser.person()])
    server = await startServer(env)
    line = await lineTo(server.url)
    const [alices, bobs] = await people
    openAlices = alices
    alice = await alices(page)
    bob = await bobs(page)
  })

  afterAll(async () => {
    await browser?.close()
    line?.close()
    await server?.kill("SIGTERM")
    site?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const signUp = (tab: Tab, username: string, url: string) =>
    tab.run(
      async ({ url, username, password }) => {
        chat = await connect({ url, tokenStore: localTokenStore() })
        follow(chat)
        await chat.signUp({ username, email: `${username}@example.org`, password, device: "browser" })
        await until(() => chat.connection._tag === "Online")
      },
      { url, username, password },
    )

  const post = (tab: Tab, ...bodies: ReadonlyArray<string>) =>
    tab.run(
      async ({ general, bodies }) => {
        for (const body of bodies) await chat.post(general, body)
      },
      { general, bodies },
    )

  /** What the events of a tab say was posted, once the last of these is among it and nothing waits any more. */
  const heard = (tab: Tab, ...last: ReadonlyArray<string>) =>
    tab.run(async (last) => {
      const bodies = () =>
        seen.flatMap((item) =>
          item._tag === "Event" && item.event.type === "MessagePosted" ? [String(item.event.data.message.body)] : [],
        )
      await until(() => last.every((body) => bodies().includes(body)) && chat.outbox.length === 0)
      return bodies()
    }, last)

  it("signs up, and hears live what another says", async () => {
    await signUp(alice, "alice", line.url)
    await signUp(bob, "bob", server.url)
    general = await alice.run(() => [...chat.state.conversations.keys()][0] ?? "")
    await post(bob, "hello from bob")
    assert.deepStrictEqual(await heard(alice, "hello from bob"), ["hello from bob"])
    await post(alice, "hello from alice")
    assert.deepStrictEqual(await heard(bob, "hello from alice"), ["hello from bob", "hello from alice"])
  })

  it("keeps a sign-in: tabs take turns, and each sees what the one before has left", async () => {
    const tabs = [alice, await openAlices(page)]
    await alice.run(async () => {
      const kept = await localTokenStore().load()
      if (kept === null) throw new Error("The sign-in is not kept")
      await localTokenStore("turns").save({ ...kept, tokens: { ...kept.tokens, refreshToken: "0".repeat(43) } })
    })
    const takeTurns = async () => {
      const store = localTokenStore("turns")
      const take = async () => {
        const kept = await store.load()
        if (kept === null) throw new Error("The sign-in is lost")
        const refreshToken = String(Number(kept.tokens.refreshToken) + 1).padStart(43, "0")
        await store.save({ ...kept, tokens: { ...kept.tokens, refreshToken } })
      }
      for (let turn = 0; turn < 100; turn++) await store.withLock(take)
    }
    await Promise.all(tabs.map((tab) => tab.run(takeTurns)))
    const left = await alice.run(async () => {
      const store = localTokenStore("turns")
      const kept = await store.load()
      await store.clear()
      return { turns: Number(kept?.tokens.refreshToken), cleared: await store.load() }
    })
    assert.deepStrictEqual(left, { turns: 200, cleared: null })
  })

  it("is cut off and comes back: nothing is lost or doubled, in order", async () => {
    await alice.setOffline(true)
    line.cut()
    await alice.run(() => until(() => chat.connection._tag === "Offline"))
    await post(bob, "while away 1", "while away 2")
    await post(alice, "from offline 1", "from offline 2")
    await heard(bob, "while away 2")
    const away = await alice.run(() => ({ status: chat.connection._tag, waiting: chat.outbox.length }))
    assert.deepStrictEqual(away, { status: "Offline", waiting: 2 })
    await alice.setOffline(false)
    const bodies = await heard(alice, "from offline 2")
    assert.deepStrictEqual(bodies.slice(2), ["while away 1", "while away 2", "from offline 1", "from offline 2"])
    assert.deepStrictEqual(await heard(bob, "from offline 2"), bodies)
  })

  it("outlives the server, and tabs that share a session refresh it once", async () => {
    const other = await openAlices(page)
    const signedIn = await other.run(
      async ({ url }) => {
        chat = await connect({ url, tokenStore: localTokenStore() })
        follow(chat)
        await until(() => chat.connection._tag === "Online")
        return chat.account?.username
      },
      { url: server.url },
    )
    assert.strictEqual(signedIn, "alice")
    const tabs = [alice, other]
    for (const tab of tabs) {
      // Whoever refreshes waits until the other wants to, too.
      await tab.run(() => {
        const send = globalThis.fetch
        globalThis.fetch = async (url, init) => {
          if (String(init?.body).includes('"tag":"Refresh"')) {
            refreshes++
            await until(async () => (await navigator.locks.query()).pending?.length === 1)
          }
          return send(url, init)
        }
      })
    }

    await server.kill("SIGKILL")
    await bob.run(() => until(() => chat.connection._tag === "Offline"))
    await post(alice, "while the server is down")
    await post(bob, "also while it is down")
    // Every access token has expired when it is back.
    server = await startServer({ ...env, CHAT_PORT: new URL(server.url).port }, 20 * 60_000)
    for (const tab of [...tabs, bob]) await tab.run(() => chat.reconnect())

    const expected = ["while the server is down", "also while it is down"]
    const bodies = await heard(alice, ...expected)
    assert.sameMembers(bodies.slice(6), expected)
    assert.deepStrictEqual(await heard(bob, ...expected), bodies)
    assert.deepStrictEqual(await heard(other, ...expected), bodies.slice(6))
    const made = await Promise.all(tabs.map((tab) => tab.run(() => refreshes)))
    assert.sameMembers(made, [0, 1])
  })

  it("has nothing to say to pages of other origins", async () => {
    const foreign = await openAlices(`${await site.serve()}/`)
    const outcome = await foreign.run(
      async ({ url, password }) => {
        chat = await connect({ url, tokenStore: localTokenStore() })
        const person = { username: "mallory", email: "mallory@example.org", password, device: "browser" }
        const tag = await chat.signUp(person).then(
          () => "signed up",
          (error) => error._tag,
        )
        const socket = new WebSocket(`${url.replace("http", "ws")}/rpc`)
        const opened = await new Promise<string>((resolve) => {
          socket.addEventListener("open", () => resolve("opened"))
          socket.addEventListener("error", () => resolve("refused"))
        })
        // What a page may send anywhere, without asking and without seeing the answer.
        const payload = { ...person, commandId: crypto.randomUUID() }
        const call = { _tag: "Request", id: "1", tag: "SignUp", payload, headers: [] }
        const blind = await fetch(`${url}/rpc`, { method: "POST", mode: "no-cors", body: `${JSON.stringify(call)}\n` })
        return { tag, opened, blind: blind.type }
      },
      { url: server.url, password },
    )
    assert.deepStrictEqual(outcome, { tag: "Disconnected", opened: "refused", blind: "opaque" })
    const found = await alice.run(async () => (await chat.call("SearchUsers", { query: "mallory" })).length)
    assert.strictEqual(found, 0)
  })

  it("keeps a REST session in a cookie that no script sees and no other page can use", async () => {
    const signedIn = await alice.run(
      async ({ url, password }) => {
        const post = async (path: string, body?: object) => {
          const response = await fetch(`${url}/api/v1${path}`, {
            method: "POST",
            credentials: "include",
            headers: { "x-chat-csrf": "1", ...(body !== undefined && { "content-type": "application/json" }) },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          })
          return { status: response.status, text: await response.text() }
        }
        const person = { username: "nora", email: "nora@example.org", password }
        const registered = await post("/auth/register?mode=cookie", person)
        const refreshed = await post("/auth/refresh")
        return { registered, refreshed, seen: document.cookie }
      },
      { url: server.url, password },
    )
    assert.deepStrictEqual([signedIn.registered.status, signedIn.refreshed.status], [201, 200])
    assert.notInclude(signedIn.registered.text + signedIn.refreshed.text, "refreshToken")
    assert.include(signedIn.refreshed.text, "accessToken")
    assert.strictEqual(signedIn.seen, "")

    // Another page in the same browser: with and without asking, and by what needs no script at all.
    const foreign = await openAlices(`${await site.serve()}/`)
    const outcomes = await foreign.run(
      async ({ url }) => {
        const attempt = (init: RequestInit) =>
          fetch(`${url}/api/v1/auth/logout`, { method: "POST", credentials: "include", ...init }).then(
            ({ type }) => type,
            () => "refused",
          )
        return [
          await attempt({ headers: { "x-chat-csrf": "1" } }),
          await attempt({}),
          await attempt({ mode: "no-cors" }),
        ]
      },
      { url: server.url },
    )
    assert.deepStrictEqual(outcomes, ["refused", "refused", "opaque"])

    const ended = await alice.run(
      async ({ url }) => {
        const post = (path: string) =>
          fetch(`${url}/api/v1${path}`, { method: "POST", credentials: "include", headers: { "x-chat-csrf": "1" } })
        const statuses = []
        for (const path of ["/auth/refresh", "/auth/logout", "/auth/refresh"]) statuses.push((await post(path)).status)
        return statuses
      },
      { url: server.url },
    )
    assert.deepStrictEqual(ended, [200, 204, 401])
  })
})
