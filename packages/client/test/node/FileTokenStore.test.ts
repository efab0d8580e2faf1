import { assert, describe, it } from "vitest"
import { spawn } from "node:child_process"
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileTokenStore } from "../../src/node/FileTokenStore.ts"
import { FakeServer } from "../support/FakeServer.ts"

const inFolder = async (body: (folder: string) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), "chat-tokens-"))
  try {
    await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const overHttp = async (server: FakeServer, body: (url: string) => Promise<void>) => {
  const http = createServer(async (request, response) => {
    server.receive(
      { send: (message) => response.end(`${JSON.stringify(message)}\n`), close: () => {} },
      await text(request),
    )
  })
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  // A listening TCP server has an address of this kind.
  const { port } = http.address() as AddressInfo
  try {
    await body(`http://127.0.0.1:${port}/rpc`)
  } finally {
    http.close()
  }
}

const refresher = async (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "refresher.fixture.ts"), ...args])
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ])
  assert.strictEqual(code, 0, error)
  return out.trim()
}

describe("FileTokenStore", () => {
  it("keeps a sign-in for its owner alone, and replaces it as a whole", () =>
    inFolder(async (folder) => {
      const path = join(folder, "profile", "credentials.json")
      const store = fileTokenStore(path)
      assert.isNull(await store.load())
      const credentials = new FakeServer(0).signedIn()
      await store.save(credentials)
      assert.deepStrictEqual(await store.load(), credentials)
      assert.strictEqual((await stat(path)).mode & 0o777, 0o600)
      assert.strictEqual((await stat(join(folder, "profile"))).mode & 0o777, 0o700)
      assert.deepStrictEqual(await readdir(join(folder, "profile")), ["credentials.json"])
      await store.clear()
      assert.isNull(await store.load())
    }))

  it("takes a file that it cannot read for no sign-in", () =>
    inFolder(async (folder) => {
      const path = join(folder, "credentials.json")
      await writeFile(path, "{ half a fi")
      assert.isNull(await fileTokenStore(path).load())
    }))

  it("takes over the lock of a process that has died", () =>
    inFolder(async (folder) => {
      const path = join(folder, "credentials.json")
      const child = spawn(process.execPath, ["-e", ""])
      await new Promise((resolve) => child.once("close", resolve))
      await writeFile(`${path}.lock`, `${child.pid} ${(await import("node:os")).hostname()}`)
      assert.strictEqual(await fileTokenStore(path).withLock(async () => "mine"), "mine")
      assert.deepStrictEqual(await readdir(folder), [])
    }))

  it("lets one at a time among many", () =>
    inFolder(async (folder) => {
      const path = join(folder, "credentials.json")
      let inside = 0
      const most: Array<number> = []
      await Promise.all(
        Array.from({ length: 20 }, () =>
          fileTokenStore(path).withLock(async () => {
            most.push(++inside)
            await readFile(`${path}.lock`)
            inside--
          }),
        ),
      )
      assert.deepStrictEqual(new Set(most), new Set([1]))
    }))

  it(
    "makes one refresh of many processes that find the same token expired",
    () =>
      inFolder(async (folder) => {
        const server = new FakeServer(0)
        await overHttp(server, async (url) => {
          const path = join(folder, "credentials.json")
          await fileTokenStore(path).save(server.signedIn())
          // Each refreshes what the one before it got: three times each, and nothing is ever spent twice.
          const tokens = await Promise.all([1, 2, 3, 4].map(() => refresher(path, url, "3")))
          assert.isFalse(server.sessionOver)
          assert.isAtMost(server.refreshes, 12)
          assert.isAtLeast(server.refreshes, 3)
          const stored = await fileTokenStore(path).load()
          assert.include(tokens, stored?.tokens.accessToken)
          assert.strictEqual(stored?.tokens.accessToken, `access-${server.refreshes}`)
        })
      }),
    30_000,
  )
})
