import { Lost, Transport } from "@chat/client/wire/Transport"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { World } from "../world/World.ts"
import { type ClientSide, type Delay, Wire } from "./Wire.ts"

/** Where connections lead. */
export interface Host {
  /** `false`: it takes none. */
  readonly accept: (wire: Wire) => boolean
}

/** What lies between the devices and the nodes. */
export class Network {
  /** Devices that reach nothing. */
  readonly unreachable = new Set<string>()
  delay: Delay = () => 1
  private readonly wires = new Set<Wire>()
  private opened = 0
  private readonly world: World
  /** Where a new connection ends up; `undefined`: nowhere. */
  private readonly route: () => Host | undefined

  constructor(world: World, route: () => Host | undefined) {
    this.world = world
    this.route = route
  }

  /** The connections of a device. */
  readonly of = (device: string): ReadonlyArray<Wire> =>
    [...this.wires].filter((wire) => wire.isUp && wire.device === device)

  /** How a device reaches a server. */
  readonly transport = (device: string): Transport["Service"] =>
    Transport.of({
      open: (_url, client) =>
        Effect.map(this.connection(device, client), (wire) => ({ send: (frame: string) => wire.fromClient(frame) })),
      post: (_url, body) => Effect.scoped(this.exchange(device, body)),
    })

  private readonly connection = (device: string, client: ClientSide): Effect.Effect<Wire, Lost, Scope.Scope> =>
    Effect.acquireRelease(
      this.dial(device, client),
      (wire) =>
        Effect.sync(() => {
          this.wires.delete(wire)
          wire.closedByClient()
        }),
      { interruptible: true },
    )

  private readonly dial = (device: string, client: ClientSide): Effect.Effect<Wire, Lost> =>
    Effect.callback((resume) => {
      const refuse = () => {
        this.world.note(`${device} is refused`)
        resume(Effect.fail(new Lost({ detail: "no connection", refused: true })))
      }
      const task = this.world.after(this.delay() + this.delay(), () => {
        const host = this.unreachable.has(device) ? undefined : this.route()
        if (host === undefined) return refuse()
        const wire = new Wire(`${device}/${++this.opened}`, device, this.world, () => this.delay(), client)
        if (!host.accept(wire)) return refuse()
        this.wires.add(wire)
        this.world.note(`${wire.name} opens`)
        resume(Effect.succeed(wire))
      })
      return Effect.sync(() => void (task.run = undefined))
    })

  // A request over HTTP is a connection with one call.
  private readonly exchange = (device: string, body: string): Effect.Effect<string, Lost, Scope.Scope> =>
    Effect.gen({ self: this }, function* () {
      const answer = Deferred.makeUnsafe<string, Lost>()
      const wire = yield* this.connection(device, {
        onFrame: (frame) => Deferred.doneUnsafe(answer, Effect.succeed(`${frame}\n`)),
        onClose: (lost) => Deferred.doneUnsafe(answer, Effect.fail(lost)),
      })
      wire.fromClient(body.trim())
      return yield* Deferred.await(answer)
    })
}
