/** How bytes reach the server: the one place that knows of WebSocket and fetch, and where tests cut the line. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { describe } from "../Errors.ts"

/** There is no connection any more, or there was none. */
export class Lost extends Data.TaggedError("Lost")<{
  readonly detail: string
  /** The close code of a WebSocket. */
  readonly code?: number
  readonly reason?: string
  /** Nothing has reached the server. */
  readonly refused?: boolean
}> {}

/** What happens on a connection, in order; `onClose` once, and nothing after it. */
export interface Receiver {
  readonly onFrame: (frame: string) => void
  readonly onClose: (lost: Lost) => void
}

/** An open connection. Nothing is received any more once its scope has closed. */
export interface Channel {
  /** Hands a frame to the network; on a connection that is lost it does nothing. */
  readonly send: (frame: string) => void
}

export class Transport extends Context.Service<
  Transport,
  {
    readonly open: (url: string, receiver: Receiver) => Effect.Effect<Channel, Lost, Scope.Scope>
    /** Sends a body of NDJSON and gets one; any answer that is not such a body is `Lost`. */
    readonly post: (url: string, body: string) => Effect.Effect<string, Lost>
  }
>()("@chat/client/wire/Transport") {}

const openWebSocket = (url: string, { onFrame, onClose }: Receiver): Effect.Effect<Channel, Lost, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly socket: WebSocket; readonly close: () => void }, Lost>((resume) => {
        const socket = new WebSocket(url)
        let open = false
        let over = false
        const end = (lost: Lost) => {
          if (over) return
          over = true
          if (open) onClose(lost)
          else resume(Effect.fail(lost))
        }
        const close = () => {
          over = true
          socket.close(1000)
        }
        socket.addEventListener("open", () => {
          if (over) return
          open = true
          resume(Effect.succeed({ socket, close }))
        })
        socket.addEventListener("message", ({ data }) => {
          if (!over) onFrame(String(data))
        })
        // An error is followed by a close, which says more.
        socket.addEventListener("close", ({ code, reason }) => end(closedWith(code, reason, open)))
        return Effect.sync(close)
      }),
      ({ close }) => Effect.sync(close),
      { interruptible: true },
    ),
    ({ socket }) => ({
      send: (frame) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame)
      },
    }),
  )

/** The server restarts, and says for how long its clients should spread their return. */
export const restarting = 1012

/** The server says that the session has ended. */
export const sessionEnded = 4001

/** A WebSocket has closed, with what it says of why. */
export const closedWith = (code: number, reason: string, open = true): Lost =>
  new Lost({ detail: detailOf(code, reason, open), code, reason, refused: !open })

// 1006 is what a WebSocket says when nobody has said goodbye.
const detailOf = (code: number, reason: string, open: boolean): string => {
  // With it comes the window, which is not for people.
  if (code === restarting) return "the server is restarting"
  if (reason !== "") return reason
  if (code !== 1006) return `closed with ${code}`
  return open ? "the connection was lost" : "no connection"
}

const postWithFetch = (url: string, body: string): Effect.Effect<string, Lost> =>
  Effect.flatMap(
    Effect.tryPromise({
      try: async (signal) => {
        const headers = { "content-type": "application/x-ndjson" }
        const response = await fetch(url, { method: "POST", body, headers, signal, credentials: "omit" })
        return { status: response.status, text: await response.text() }
      },
      catch: (cause) => {
        const code = causeCode(cause)
        return new Lost({ detail: code ?? describe(cause), refused: code !== undefined && refusals.has(code) })
      },
    }),
    ({ status, text }) =>
      status === 200 ? Effect.succeed(text) : Effect.fail(new Lost({ detail: `HTTP status ${status}` })),
  )

// With these there was no connection at all.
const refusals = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
])

// What Node says in the cause of a failed fetch; a browser says nothing.
const causeCode = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if ("code" in error && typeof error.code === "string") return error.code
  return causeCode(error.cause)
}

/** `WebSocket` and `fetch`, as browsers have them and Node from 22 on. */
export const webTransport = Transport.of({ open: openWebSocket, post: postWithFetch })
