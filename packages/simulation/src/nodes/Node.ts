import { ServerConfig } from "@chat/server/src/config/ServerConfig.ts"
import type { Configuration } from "@chat/server/src/config/settings.ts"
import { Connections } from "@chat/server/src/connections/Connections.ts"
import { layerRpcOverWebSocket } from "@chat/server/src/connections/HttpServer.ts"
import { Express } from "@chat/server/src/express/Express.ts"
import { layerHandlers } from "@chat/server/src/Node.ts"
import type { Database } from "@chat/server/src/storage/Database.ts"
import type { Hub } from "@chat/server/src/hub/Hub.ts"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { Host } from "../network/Network.ts"
import type { Wire } from "../network/Wire.ts"

export type Beneath = Layer.Layer<Database | Hub | ServerConfig>

const layerNode = layerRpcOverWebSocket.pipe(
  Layer.provideMerge(Connections.layer.pipe(Layer.provide(Express.layer))),
  Layer.provideMerge(layerHandlers),
)

const request = { headers: {}, socket: { remoteAddress: "127.0.0.1" } }

/** A server process: everything that the shipped one does, but for what is not of the contract. */
export class Node implements Host {
  private readonly wires = new Set<Wire>()
  private readonly connections: Connections["Service"]
  private readonly scope: Scope.Closeable
  readonly name: string
  private isOpen = true
  private readonly die: () => void

  private constructor(name: string, connections: Connections["Service"], scope: Scope.Closeable, die: () => void) {
    this.name = name
    this.connections = connections
    this.scope = scope
    this.die = die
  }

  /** `die` is called when the process is gone, while its fibers are still being cleared away. */
  static readonly start = (name: string, beneath: Beneath, die: () => void): Effect.Effect<Node> =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const memo = Layer.makeMemoMapUnsafe()
      const context = yield* Layer.buildWithMemoMap(layerNode.pipe(Layer.provide(beneath)), memo, scope)
      return new Node(name, Context.get(context, Connections), scope, die)
    }).pipe(Effect.orDie)

  readonly accept = (wire: Wire): boolean => {
    if (!this.isOpen) return false
    this.wires.add(wire)
    wire.socket.once("close", () => this.wires.delete(wire))
    this.connections.accept(wire.socket, wire.socket, request)
    return true
  }

  /** As a deployment does it: connections are told to move on. */
  readonly stop = Effect.suspend(() => {
    this.isOpen = false
    return Effect.andThen(this.connections.drain(window), Scope.close(this.scope, Exit.void))
  })

  /** The process is gone, and its connections with it. What it was doing reaches nobody. */
  readonly crash = Effect.suspend(() => {
    this.isOpen = false
    this.die()
    for (const wire of this.wires) wire.droppedByServer()
    return Scope.close(this.scope, Exit.void)
  })
}

const window = Duration.seconds(1)

/** More than any seed asks for. */
const rates: Configuration["rates"] = {
  messagesPerSecond: 1_000,
  messagesBurst: 1_000,
  callsPerMinute: 1_000_000,
  restPerMinute: 1_000_000,
  friendRequestsPerMinute: 1_000_000,
  invitationsPerMinute: 1_000_000,
  loginsPerAccount: 100_000,
  loginsPerAddress: 100_000,
  signUpsPerAddress: 100_000,
  refreshesPerAddress: 1_000_000,
}

const defaults = Effect.runSync(
  Effect.scoped(
    Effect.map(Layer.build(ServerConfig.layerTest({ rates })), (context) => Context.get(context, ServerConfig)),
  ),
)

/** The configuration of every node of a world. */
export const configuration = (overrides: Partial<Configuration>): Layer.Layer<ServerConfig> =>
  Layer.succeed(ServerConfig, { ...defaults, ...overrides })
