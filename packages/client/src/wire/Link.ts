/** Calls over one WebSocket, for as long as it lives. Frames are one message or an array of them, as JSON. */
import type { SyncItem } from "@chat/domain/Sync"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import type { ProtocolError } from "../Errors.ts"
import * as Codec from "./Codec.ts"
import { type Channel, Lost, type Transport } from "./Transport.ts"

/** A call as it goes out. */
export interface Request {
  readonly tag: string
  /** Encoded. */
  readonly payload: unknown
  readonly token: string | undefined
}

export interface Link {
  /** The encoded exit of a call. Interrupted, the server is told. `Lost`: the call went out, and nothing came back. */
  readonly call: (request: Request) => Effect.Effect<unknown, Lost>
  /** Like `call`, with what comes before the exit. */
  readonly sync: (
    request: Request,
    onItems: (items: ReadonlyArray<SyncItem>) => void,
  ) => Effect.Effect<unknown, Lost | ProtocolError>
  /** Asks the server for a sign of life, and gives up on the connection if none comes in time. */
  readonly probe: (millis: number) => Effect.Effect<void>
  /** When the last frame came, by the clock. */
  readonly lastHeard: () => number
  /** Fails when the connection is lost. */
  readonly closed: Effect.Effect<never, Lost>
}

interface Pending {
  readonly onExit: (exit: unknown) => void
  readonly onChunk: ((values: unknown) => void) | undefined
}

export const open = Effect.fnUntraced(function* (
  transport: Transport["Service"],
  url: string,
): Effect.fn.Return<Link, Lost, Scope.Scope> {
  const clock = yield* Clock.Clock
  const closed = Deferred.makeUnsafe<never, Lost>()
  const pending = new Map<number, Pending>()
  const probes = new Set<() => void>()
  let lastId = 0
  let lastHeard = clock.currentTimeMillisUnsafe()
  let channel: Channel | undefined

  const send = (message: object) => channel?.send(JSON.stringify(message))

  const onMessage = (message: unknown): void => {
    if (!isRecord(message)) return
    const call = pending.get(Number(message["requestId"]))
    switch (message["_tag"]) {
      case "Chunk":
        return call?.onChunk?.(message["values"])
      case "Exit":
        return call?.onExit(message["exit"])
      case "Defect":
        return lose(new Lost({ detail: "a fault in the server" }))
    }
  }

  const onFrame = (frame: string): void => {
    lastHeard = clock.currentTimeMillisUnsafe()
    for (const heard of probes) heard()
    const parsed = parse(frame)
    if (parsed === undefined) return lose(new Lost({ detail: "not JSON" }))
    if (!Array.isArray(parsed)) return onMessage(parsed)
    for (const message of parsed) onMessage(message)
  }

  const lose = (lost: Lost): void => {
    channel = undefined
    Deferred.doneUnsafe(closed, Effect.fail(lost))
  }

  const request = <E = never>(
    { tag, payload, token }: Request,
    onChunk?: (values: unknown, fail: (error: E) => void) => void,
  ): Effect.Effect<unknown, Lost | E> =>
    Effect.flatMap(traceContext, (trace) =>
      Effect.raceFirst(
        Effect.callback<unknown, E>((resume) => {
          const id = ++lastId
          const headers = token === undefined ? [] : [["authorization", `Bearer ${token}`]]
          const end = (effect: Effect.Effect<unknown, E>) => {
            pending.delete(id)
            resume(effect)
          }
          const fail = (error: E) => {
            send({ _tag: "Interrupt", requestId: String(id) })
            end(Effect.fail(error))
          }
          pending.set(id, {
            onExit: (exit) => end(Effect.succeed(exit)),
            onChunk: onChunk === undefined ? undefined : (values) => onChunk(values, fail),
          })
          send({ _tag: "Request", id: String(id), tag, payload, headers, ...trace })
          return Effect.sync(() => {
            if (pending.delete(id)) send({ _tag: "Interrupt", requestId: String(id) })
          })
        }),
        Deferred.await(closed),
      ),
    )

  channel = yield* transport.open(url, { onFrame, onClose: lose })
  yield* Effect.addFinalizer(() => Effect.sync(() => lose(new Lost({ detail: "closed by this client" }))))

  return {
    call: (call) => request(call),
    sync: (call, onItems) =>
      request<ProtocolError>(call, (values, fail) => {
        const items = Codec.decodeSyncItems(values)
        if (Result.isFailure(items)) return fail(items.failure)
        onItems(items.success)
      }),
    probe: (millis) =>
      Effect.callback<void>((resume) => {
        const heard = () => {
          probes.delete(heard)
          resume(Effect.void)
        }
        probes.add(heard)
        send({ _tag: "Ping" })
        return Effect.sync(() => void probes.delete(heard))
      }).pipe(
        Effect.raceFirst(Effect.catch(Deferred.await(closed), () => Effect.void)),
        Effect.timeoutOrElse({
          duration: millis,
          orElse: () => Effect.sync(() => lose(new Lost({ detail: "the server is silent" }))),
        }),
      ),
    lastHeard: () => lastHeard,
    closed: Deferred.await(closed),
  }
})

/** The span that a call belongs to, for the server to go on with, where the program has a tracer that keeps any. */
const traceContext = Effect.flatMap(Tracer.Tracer, (tracer) =>
  tracer === Tracer.nativeTracer
    ? Effect.undefined
    : Effect.map(Effect.serviceOption(Tracer.ParentSpan), (found) =>
        Option.isNone(found)
          ? undefined
          : { traceId: found.value.traceId, spanId: found.value.spanId, sampled: found.value.sampled },
      ),
)

const parse = (frame: string): unknown => {
  try {
    return JSON.parse(frame)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
