import * as NodeWS from "@effect/platform-node/NodeWS"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type { FromClientEncoded, FromServerEncoded } from "effect/rpc/RpcMessage"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import * as Schedule from "effect/Schedule"
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Hub } from "../hub/Hub.ts"
import { Meters } from "../meters/Meters.ts"
import { addressKey, ClientAddress, clientAddress, isLocal } from "../limits/ClientAddress.ts"
import { closeCodes, Connection, type Socket } from "./Connection.ts"
import { CallOrigin } from "../limits/boundary.ts"
import { maxCalls } from "./messages.ts"
import type { Wire } from "./textFrame.ts"
import { Express } from "../express/Express.ts"
import { type Caller, CurrentConnection, type Source } from "../sessions/CurrentConnection.ts"
import { isAllowedOrigin } from "./origin.ts"
import { tooManyCalls, withoutDefects } from "./wireErrors.ts"

/** How long a connection whose session has ended is kept for what is still to be said, in milliseconds. */
const farewell = 1_000

/**
 * The WebSockets of this node, as a transport of the RPC server: JSON text frames, each one message or an array of them.
 * The access token comes with each call; the upgrade only says where a page comes from.
 */
export class Connections extends Context.Service<
  Connections,
  {
    readonly protocol: RpcServer.Protocol["Service"]
    /** Takes over a socket that asks for an upgrade. */
    readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
    /** Takes over a WebSocket that is open, and where its request came from. */
    readonly accept: (socket: Socket, wire: Wire, request: Parameters<typeof clientAddress>[0]) => void
    /**
     * Takes no new connections and no new calls, and tells every connection, once its calls are answered, to come back
     * at a time within `window`.
     */
    readonly drain: (window: Duration.Duration) => Effect.Effect<void>
    readonly isDraining: Effect.Effect<boolean>
  }
>()("@chat/server/connections/Connections") {
  static readonly layer = Layer.effect(
    Connections,
    Effect.gen(function* () {
      const config = yield* ServerConfig
      const hub = yield* Hub
      const clock = yield* Clock.Clock
      const meters = yield* Meters
      const express = yield* Express
      const services = yield* Effect.context<never>()
      const disconnects = yield* Queue.make<number>()
      const connections = new Map<number, Connection>()
      const clientIds = new Set<number>()
      const origins = new Map<number, { readonly address: string; readonly over: typeof CurrentConnection.Service }>()
      /** How many come from where, but for this machine. */
      const byAddress = makeTally()
      const sum = (of: (connection: Connection) => number) => () => {
        let total = 0
        for (const connection of connections.values()) total += of(connection)
        return total
      }
      meters.connections.read = () => connections.size
      meters.callsInFlight.read = sum(({ calls }) => calls.size)
      meters.bytesWaiting.read = sum(({ bytesWaiting }) => bytesWaiting)
      const sockets = new NodeWS.WebSocketServer({
        noServer: true,
        maxPayload: config.limits.frameBytes,
        perMessageDeflate: false,
        clientTracking: false,
      })
      // Requests over HTTP are numbered from 0 up by their transport; handlers must not take one for the other.
      let lastId = 0
      let draining = false

      let due: Array<Connection> = []
      const flush = (): void => {
        const connections = due
        due = []
        for (const connection of connections) connection.flush()
      }
      const onDue = (connection: Connection): void => {
        if (due.push(connection) === 1) setImmediate(flush)
      }

      const begin = (connection: Connection, id: string | number): boolean => {
        if (connection.calls.has(id)) {
          // Whatever is answered could be taken for the answer of the other.
          connection.close(closeCodes.malformed, "the id of a call in flight")
          return false
        }
        if (connection.calls.size >= maxCalls) {
          connection.send(tooManyCalls(id, maxCalls))
          return false
        }
        return connection.call(id, clock.currentTimeMillisUnsafe())
      }

      // The same for all of them: what is of one connection comes by `CallOrigin`.
      const runFork = Effect.runForkWith(
        Context.add(services, CallOrigin, (client, call) => {
          const origin = origins.get(client)
          // It has closed, and nobody waits for an answer.
          if (origin === undefined) return Effect.interrupt
          return call.pipe(
            Effect.provideService(ClientAddress, origin.address),
            Effect.provideService(CurrentConnection, origin.over),
          )
        }),
      )

      const protocol = yield* RpcServer.Protocol.make((write) => {
        const begun = (socket: Socket, wire: Wire, request: Parameters<typeof clientAddress>[0]): void => {
          const id = --lastId
          const now = clock.currentTimeMillisUnsafe()
          const address = clientAddress(request, config.trustedProxies)
          byAddress.add(address, 1)
          const connection = new Connection(socket, wire, now, {
            queueBytes: config.connectionQueueBytes,
            stallAfter: Duration.toMillis(config.stallTimeout),
            signInWithin: Duration.toMillis(config.signInWithin),
            idleAfter: config.idleClose === undefined ? undefined : Duration.toMillis(config.idleClose),
            onMessages: (messages) => {
              // The socket says how much a peer has taken.
              for (const message of messages) if (message._tag !== "Ack") take(message)
            },
            onClose: (code) => {
              meters.connectionsClosed(closeLabel(code)).value++
              connections.delete(id)
              clientIds.delete(id)
              origins.delete(id)
              byAddress.add(address, -1)
              Queue.offerUnsafe(disconnects, id)
            },
            onDue,
          })
          let caller: Caller | undefined
          const over = {
            bind: (next: Caller) => {
              caller = next
              connection.sessions.add(next.session)
            },
            stream: (requestId: string | number, source: Source) => connection.stream(requestId, source),
          }
          origins.set(id, { address, over })
          const take = (message: FromClientEncoded): void => {
            const makeUsual = () => void runFork(write(id, message))
            if (message._tag !== "Request") return makeUsual()
            if (!begin(connection, message.id)) return
            const done = {
              answer: (answer: FromServerEncoded) => connection.send(answer),
              // The RPC server forgets a client when it closes, and would take one that calls then for a new one.
              instead: () => {
                if (connections.has(id)) makeUsual()
              },
            }
            if (caller === undefined || !express.take(message, caller, done)) makeUsual()
          }
          connections.set(id, connection)
          meters.connectionsOpened.value++
          clientIds.add(id)
        }
        sockets.on("connection", begun)
        return Effect.succeed({
          disconnects,
          send: (id, response) => {
            const connection = connections.get(id)
            if (connection === undefined) return Effect.void
            return Effect.map(withoutDefects(response), (message) => connection.send(message))
          },
          end: () => Effect.void,
          clientIds: Effect.sync(() => clientIds),
          initialMessage: Effect.succeedNone,
          supportsAck: false,
          supportsTransferables: false,
          supportsSpanPropagation: true,
          supportsNotifications: false,
          codecFor: RpcSerialization.json.codecFor,
        })
      })

      const refusal = (request: IncomingMessage): string | undefined => {
        // Whatever stands in the request line comes here, also what is no URL.
        if (URL.parse(request.url ?? "/", "http://host")?.pathname !== "/rpc") return "404 Not Found"
        if (draining || connections.size >= config.connections) return "503 Service Unavailable"
        const address = clientAddress(request, config.trustedProxies)
        if (byAddress.count(address) >= config.connectionsPerAddress) return "429 Too Many Requests"
        const port = request.socket.localPort ?? config.port
        if (!isAllowedOrigin(request.headers.origin, { ...config, port })) return "403 Forbidden"
        return undefined
      }

      const accept = (socket: Socket, wire: Wire, request: Parameters<typeof clientAddress>[0]): void =>
        void sockets.emit("connection", socket, wire, request)

      const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
        const refused = refusal(request)
        if (refused === undefined) {
          return sockets.handleUpgrade(request, socket, head, (ws) => accept(ws, socket, request))
        }
        meters.upgradesRefused(refused.slice(0, 3)).value++
        socket.on("error", () => undefined)
        socket.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      }

      const beat = Effect.sync(() => {
        const now = clock.currentTimeMillisUnsafe()
        for (const connection of connections.values()) connection.beat(now)
      })

      yield* hub.subscribe((notice) => {
        if (notice._tag !== "SessionOver") return
        for (const connection of connections.values()) {
          if (!connection.sessions.has(notice.session)) continue
          // The call that ended it is to be answered, and its `Sync` told why.
          connection.finish(closeCodes.sessionEnded, "the session has ended", { streams: true, grace: farewell })
        }
      })
      yield* Effect.forkScoped(Effect.repeat(beat, Schedule.spaced(config.heartbeat)))
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          for (const connection of connections.values()) connection.close(closeCodes.restarting, "the server stops")
        }),
      )

      const drain = (window: Duration.Duration) =>
        Effect.sync(() => {
          draining = true
          const grace = Duration.toMillis(window)
          for (const connection of connections.values()) {
            connection.finish(closeCodes.restarting, JSON.stringify({ window: grace }), { streams: false, grace })
          }
        })

      return Connections.of({ protocol, upgrade, accept, isDraining: Effect.sync(() => draining), drain })
    }),
  )
}

const told = new Set([1000, 1001, 1002, 1005, 1006, 1008, 1009, 1011, ...Object.values(closeCodes)])

// A client can close with any code that it likes.
const closeLabel = (code: number): string => (told.has(code) ? String(code) : "other")

/** Counts by address, as limits by address see them. */
const makeTally = () => {
  const counts = new Map<string, number>()
  const count = (address: string): number => (isLocal(address) ? 0 : (counts.get(addressKey(address)) ?? 0))
  const add = (address: string, by: 1 | -1): void => {
    const next = (counts.get(addressKey(address)) ?? 0) + by
    if (next === 0) counts.delete(addressKey(address))
    else counts.set(addressKey(address), next)
  }
  return { count, add }
}
