/** A real browser without a window, told what to do over a pipe in the Chrome DevTools protocol. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"

const program = ["chromium", "google-chrome"].find((name) => spawnSync(name, ["--version"]).status === 0)

if (program === undefined) {
  const why = "chromium is not installed: the tests that need a browser do not run"
  if (process.env["CHAT_TEST_REQUIRE_SERVICES"] === "1") throw new Error(why)
  console.warn(why)
}

export const hasChromium = program !== undefined

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-pipe",
]

export interface Tab {
  /** Runs a function in the page, which sees the page's globals and its input and nothing around it. */
  readonly run: <A, I = undefined>(body: (input: I) => A | Promise<A>, input?: I) => Promise<A>
  /** Cuts the page off from the network, or lets it back. */
  readonly setOffline: (offline: boolean) => Promise<void>
}

export interface Browser {
  /** A profile of its own, as on another person's machine: makes tabs that share their storage. */
  readonly person: () => Promise<(url: string) => Promise<Tab>>
  readonly close: () => Promise<void>
}

interface Answer {
  readonly id?: number
  readonly error?: { readonly message: string }
  readonly result?: Readonly<Record<string, unknown>>
}

export const launch = (): Browser => {
  const profile = mkdtempSync(join(tmpdir(), "chat-browser-"))
  const browser = spawn(program ?? "chromium", [...flags, `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  })
  const exited = once(browser, "exit")
  const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable] // as asked for above
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>()
  let lastId = 0

  const send = async (method: string, params: object = {}, sessionId?: string) => {
    const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>()
    waiting.set(++lastId, answer)
    input.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`)
    return answer.promise
  }

  let rest = ""
  output.setEncoding("utf8").on("data", (text: string) => {
    const messages = (rest + text).split("\0")
    rest = messages.pop() ?? ""
    for (const message of messages) {
      const { id = 0, error, result = {} }: Answer = JSON.parse(message)
      if (error === undefined) waiting.get(id)?.resolve(result)
      else waiting.get(id)?.reject(new Error(error.message))
      waiting.delete(id)
    }
  })
  browser.on("exit", () => {
    for (const answer of waiting.values()) answer.reject(new Error("The browser has ended"))
  })
  input.on("error", () => undefined) // it has ended, which is said above

  const open = async (browserContextId: unknown, url: string): Promise<Tab> => {
    const { targetId } = await send("Target.createTarget", { url: "about:blank", browserContextId })
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true })
    const tell = (method: string, params?: object) => send(method, params, String(sessionId))
    const evaluate = async (expression: string) => {
      const answer = await tell("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true })
      const { result, exceptionDetails } = answer as {
        readonly result: { readonly value?: unknown }
        readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } }
      } // by the protocol
      if (exceptionDetails === undefined) return result.value
      // Without the page's stack, which a test runner takes for its own files.
      throw new Error((exceptionDetails.exception?.description ?? exceptionDetails.text).split("\n    at ")[0])
    }
    await tell("Network.enable")
    await tell("Page.enable")
    await tell("Page.navigate", { url })
    // Until the page is there, and with it what its scripts bring.
    while ((await evaluate("document.readyState === 'complete' && location.href")) !== url);
    return {
      // What a function answers in the page is what it answers here, as JSON.
      run: (body, input) => evaluate(`(${body})(${JSON.stringify(input)})`) as ReturnType<Tab["run"]> as Promise<never>,
      setOffline: async (offline) => {
        const network = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
        await tell("Network.emulateNetworkConditions", network)
      },
    }
  }

  return {
    person: async () => {
      const { browserContextId } = await send("Target.createBrowserContext")
      return (url) => open(browserContextId, url)
    },
    close: async () => {
      await send("Browser.close").catch(() => undefined) // it may be gone before it answers
      await exited
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
