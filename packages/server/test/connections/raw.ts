// A WebSocket client that knows nothing of the contract, and can misbehave.
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { FromServerEncoded } from "effect/rpc/RpcMessage"
import { type ClientOptions, WebSocket } from "ws"

/** The upgrade was answered with something else. */
export class Refused extends Data.TaggedError("Refused")<{ readonly status: number }> {}

export interface Raw {
  readonly socket: WebSocket
  /** Text and bytes go out as they are, anything else as JSON. */
  readonly send: (frame: unknown) => void
  /** The next message, wherever in a frame it stood. */
  readonly next: Effect.Effect<FromServerEncoded>
  readonly closed: Effect.Effect<{ readonly code: number; readonly reason: string }>
}

export const open = (url: string, options: ClientOptions = {}) =>
  Effect.acquireRelease(
    Effect.callback<Raw, Refused>((resume) => {
      const socket = new WebSocket(url, options)
      const messages = Effect.runSync(Queue.unbounded<FromServerEncoded>())
      const closed = Deferred.makeUnsafe<{ code: number; reason: string }>()
      socket.on("unexpected-response", (request, { statusCode = 0 }) => {
        request.destroy()
        resume(Effect.fail(new Refused({ status: statusCode })))
      })
      socket.on("error", () => undefined)
      socket.on("message", (data) => {
        for (const message of [JSON.parse(String(data))].flat()) Queue.offerUnsafe(messages, message)
      })
      socket.on("close", (code, reason) =>
        Deferred.doneUnsafe(closed, Effect.succeed({ code, reason: String(reason) })),
      )
      socket.on("open", () =>
        resume(
          Effect.succeed({
            socket,
            send: (frame) =>
              socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
            next: Queue.take(messages),
            closed: Deferred.await(closed),
          }),
        ),
      )
    }),
    ({ socket }) => Effect.sync(() => socket.terminate()),
  )

/** A call as it stands on the wire. */
export const request = (id: string, tag: string, payload: unknown, token?: string) => ({
  _tag: "Request",
  id,
  tag,
  payload,
  headers: token === undefined ? [] : [["authorization", `Bearer ${token}`]],
})

export const hello = (id: string) => request(id, "Hello", { client: "raw", contract: 1 })

/** The tag of the failure, or `undefined`. */
export const failureOf = (message: FromServerEncoded): string | undefined => {
  if (message._tag !== "Exit" || message.exit._tag !== "Failure") return undefined
  const [reason] = message.exit.cause
  const error: unknown = reason?._tag === "Fail" ? reason.error : undefined
  return typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : reason?._tag
}

/** Asks something harmless and waits for its answer: everything sent before has been dealt with. */
export const roundTrip = Effect.fnUntraced(function* ({ send, next }: Raw, id = `round-trip-${Math.random()}`) {
  send(hello(id))
  while (true) {
    const message = yield* next
    if (message._tag === "Exit" && message.requestId === id) return message
  }
})
