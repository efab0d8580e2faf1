import { assert, describe, it } from "@effect/vitest"
import { NotMember } from "@chat/domain/Errors"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { vi } from "vitest"
import { type Chat, connect, isChatError } from "../src/Chat.ts"
import { ChatClosed } from "../src/Errors.ts"
import { fileOutboxStore } from "../src/node/FileOutboxStore.ts"
import { memoryTokenStore } from "../src/session/TokenStore.ts"
import { FakeServer } from "./support/FakeServer.ts"
import { conversationId } from "./support/fixtures.ts"
import { serve } from "./support/StockServer.ts"

const room = conversationId(0)

const withChat = (body: (chat: Chat, server: FakeServer) => Promise<void>, url?: string) =>
  Effect.gen(function* () {
    const server = new FakeServer(1)
    const items = [...server.logs.keys()].map((log) => server.snapshot(log, "new"))
    const served = yield* serve(server, items)
    yield* Effect.promise(async () => {
      const chat = await connect({ url: url ?? served.url, tokenStore: memoryTokenStore(server.signedIn()) })
      try {
        await body(chat, server)
      } finally {
        await chat.close()
      }
    })
  })

describe("Chat", () => {
  it.live("calls, tells what it knows, and closes", () =>
    withChat(async (chat) => {
      assert.strictEqual(chat.account?.username, "alice")
      const events = chat.events()
      await chat.online()
      assert.strictEqual((await chat.call("Me", undefined)).username, "alice")
      assert.strictEqual(chat.state.conversations.get(room)?.peer?.username, "bob")
      const first = await events.next()
      assert.strictEqual(first.done !== true && first.value._tag, "Resynchronised")
      const left = chat.events()
      const waiting = left.next()
      await chat.close()
      assert.isTrue((await waiting).done)
      await rejects(chat.call("Me", undefined), (error) => error.message === "The chat is closed")
    }),
  )

  it.live("waits until what had happened is there", () =>
    withChat(async (chat, server) => {
      assert.strictEqual(chat.connection._tag, "Connecting")
      await rejects(
        chat.online({ signal: AbortSignal.abort(new Error("enough")) }),
        ({ message }) => message === "enough",
      )
      await chat.online()
      assert.strictEqual(chat.connection._tag, "Online")
      assert.strictEqual(chat.state.conversations.get(room)?.peer?.username, "bob")
      // Nothing listens there.
      const url = "http://127.0.0.1:1"
      const away = await connect({ url, tokenStore: memoryTokenStore(server.signedIn()) })
      const waiting = rejects(away.online(), ({ message }) => message === "The chat is closed")
      await away.close()
      await waiting
      const nobody = await connect({ url })
      await rejects(nobody.online(), (error) => "_tag" in error && error._tag === "Unauthenticated")
      await nobody.close()
    }),
  )

  it.live("gives up when it is told to", () =>
    withChat(async (chat) => {
      await chat.online()
      const stop = new AbortController()
      const call = chat.history(room, { signal: stop.signal })
      const reason = new Error("enough")
      stop.abort(reason)
      await rejects(call, (error) => error === reason)
      const looked = chat.events({ signal: AbortSignal.abort() })
      assert.isTrue((await looked.next()).done)
    }),
  )

  it.live("says what is wrong with plain values", () =>
    withChat(async (chat) => {
      await chat.online()
      const isBadRequest = (error: Error) => "_tag" in error && error._tag === "BadRequest"
      await rejects(chat.call("GetConversation", { conversation: "nonsense" }), isBadRequest)
      await rejects(chat.markRead(room, -1), isBadRequest)
      await rejects(chat.post(room, "   "), isBadRequest)
      await rejects(chat.history("nonsense"), isBadRequest)
    }),
  )

  it.live("rejects with what can be told by its tag, whatever one does", () =>
    withChat(async (chat) => {
      await chat.online()
      const untyped = chat as unknown as { call: (tag: unknown, input: unknown) => Promise<unknown> } // as in JavaScript
      for (const tag of ["Nope", "Sync", "constructor", undefined])
        await rejects(untyped.call(tag, {}), has("BadRequest"))
      await rejects(untyped.call("GetConversation", null), has("BadRequest"))
      await rejects(connect({ url: "nonsense" }), has("InvalidAddress"))
      await chat.close()
      await rejects(chat.call("Me", undefined), has("ChatClosed"))
      await rejects(chat.post(room, "late"), has("ChatClosed"))
      await rejects(chat.online(), has("ChatClosed"))
      await rejects(chat.readLog("log", 0).next(), has("ChatClosed"))
      await rejects(chat.logIn({ login: "a", password: "b", device: "c" }), has("ChatClosed"))
    }),
  )

  it("says at once that it needs a WebSocket", async () => {
    vi.stubGlobal("WebSocket", undefined)
    try {
      const error: unknown = await connect({ url: "http://127.0.0.1:1" }).catch((error: unknown) => error)
      assert.isTrue(isChatError(error) && error._tag === "WebSocketMissing")
      assert.isTrue(error instanceof Error && error.message.includes("Node 22"))
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it("tells its errors from all others", () => {
    const closed: unknown = new ChatClosed()
    assert.isTrue(isChatError(closed))
    assert.isTrue(isChatError(new NotMember({ conversation: room })))
    assert.isFalse(isChatError(new TypeError("no")))
    assert.isFalse(isChatError(Object.assign(new Error("no"), { _tag: "Other" })))
    assert.isFalse(isChatError(null))
    // @ts-expect-error -- not a tag of any
    if (isChatError(closed)) assert.isFalse(closed._tag === "Nonsense")
    if (isChatError(closed) && closed._tag === "RateLimited") assert.isNumber(closed.retryAfter)
  })

  it.live("keeps what could not be sent", () =>
    withChat(async (_, server) => {
      const folder = mkdtempSync(join(tmpdir(), "chat-outbox-"))
      try {
        const options = {
          // Nothing listens there.
          url: "http://127.0.0.1:1",
          tokenStore: memoryTokenStore(server.signedIn()),
          outboxStore: fileOutboxStore(join(folder, "outbox")),
        }
        const first = await connect(options)
        const { id } = await first.post(room, "later \u{1f600}")
        await first.close()
        const second = await connect(options)
        assert.deepStrictEqual(
          second.timeline(room).map((item) => item._tag === "Outgoing" && `${item.entry.id} ${item.entry.body}`),
          [`${id} later \u{1f600}`],
        )
        await second.close()
      } finally {
        rmSync(folder, { recursive: true })
      }
    }),
  )
})

const rejects = async (promise: Promise<unknown>, is: (error: Error) => boolean) => {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.isTrue(error instanceof Error && is(error), String(error))
}

const has = (tag: string) => (error: Error) => isChatError(error) && error._tag === tag
