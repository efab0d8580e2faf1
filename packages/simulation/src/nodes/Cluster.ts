import type { ServerConfig } from "@chat/server/src/config/ServerConfig.ts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Host } from "../network/Network.ts"
import type { Circumstances } from "../world/Circumstances.ts"
import type { Backend, Fate } from "../store/Statements.ts"
import type { Random } from "../world/Random.ts"
import type { World } from "../world/World.ts"
import { LossyHub } from "./LossyHub.ts"
import { Node } from "./Node.ts"

/** The nodes of a world, on one store. Each can be gone for a while, and so can the store. */
export class Cluster {
  private readonly nodes: Array<Node | undefined>
  private readonly hub: LossyHub
  private readonly world: World
  private readonly backend: Backend
  private readonly circumstances: Circumstances
  private readonly config: Layer.Layer<ServerConfig>
  private readonly dice: Random
  private outage: "none" | "away" | "shaky" = "none"
  private started = 0

  constructor(world: World, backend: Backend, circumstances: Circumstances, config: Layer.Layer<ServerConfig>) {
    this.world = world
    this.backend = backend
    this.circumstances = circumstances
    this.config = config
    this.dice = world.random.fork()
    this.nodes = Array.from({ length: circumstances.nodes }, () => undefined)
    this.hub = new LossyHub(world, this.arrivals)
  }

  readonly start = Effect.suspend(() =>
    Effect.forEach(this.nodes.keys(), (place) => this.begin(place), { discard: true }),
  )

  /** Where the next connection ends up. */
  readonly route = (): Host | undefined => {
    const open = this.nodes.filter((node) => node !== undefined)
    return open[this.dice.below(open.length)]
  }

  /** A process ends without a word, or as in a deployment; another takes its place after a while. */
  readonly replace = (how: "crash" | "stop", pause: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const place = this.dice.below(this.nodes.length)
      const node = this.nodes[place]
      if (node === undefined) return Effect.void
      this.nodes[place] = undefined
      this.world.note(`${node.name}: ${how}`)
      if (how === "crash") this.hub.remove(node.name)
      const next = Effect.andThen(Effect.sleep(pause), this.begin(place))
      return how === "crash" ? Effect.andThen(Effect.forkDetach(node.crash), next) : Effect.andThen(node.stop, next)
    })

  /** For some time no statement gets through (`away`), or some do, and the answers of others are lost (`shaky`). */
  readonly withoutStore = (how: "away" | "shaky", millis: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      this.world.note(`the store is ${how} for ${millis.toFixed(0)}`)
      this.outage = how
      return Effect.sleep(millis)
    }).pipe(Effect.andThen(Effect.sync(this.heal)))

  readonly heal = (): void => void (this.outage = "none")

  readonly stop = Effect.suspend(() =>
    Effect.forEach(this.nodes, (node) => node?.crash ?? Effect.void, { discard: true }),
  )

  private readonly begin = (place: number): Effect.Effect<void> =>
    Effect.gen({ self: this }, function* () {
      const name = `node-${place + 1}.${++this.started}`
      const life = { isOver: false }
      const database = this.backend.database(() => this.fate(life.isOver))
      const beneath = Layer.mergeAll(database, this.hub.layer(name), this.config)
      this.nodes[place] = yield* Node.start(name, beneath, () => void (life.isOver = true))
      this.world.note(`${name} starts`)
    })

  private readonly fate = (isOver: boolean): Fate => {
    const { dice, outage } = this
    const { statement } = this.circumstances
    const there = dice.between(0, statement)
    const back = dice.between(0, statement)
    const happens = dice.next()
    if (isOver || outage === "away") return { there, back, outcome: "lost" }
    if (outage === "none") return { there, back, outcome: "answered" }
    return { there, back, outcome: happens < 0.4 ? "answered" : happens < 0.7 ? "lost" : "unanswered" }
  }

  private readonly arrivals = (): ReadonlyArray<number> => {
    const { dice } = this
    const { lost, doubled, late } = this.circumstances.notices
    const happens = dice.next()
    const delays = [dice.between(0, late), dice.between(0, late)]
    return happens < lost ? [] : happens < lost + doubled ? delays : delays.slice(1)
  }
}
