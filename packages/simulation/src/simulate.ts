// Worlds, one after the other, in one process and on one store.
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { configuration } from "./nodes/Node.ts"
import { draw } from "./world/Circumstances.ts"
import { live } from "./run/live.ts"
import { type Beginning, begin } from "./store/beginning.ts"
import { Backend, type Fate } from "./store/Statements.ts"
import { Store } from "./store/Store.ts"
import { takeOver } from "./world/takeOver.ts"
import { Trace } from "./world/Trace.ts"
import { World } from "./world/World.ts"

const promptly: Fate = { there: 0, back: 0, outcome: "answered" }
/** No world takes longer than ten minutes, in its own time. */
const longest = 600_000

/** What came of a seed. */
export interface Outcome {
  readonly seed: number
  readonly problems: ReadonlyArray<string>
  /** Two runs with the same digest were the same. */
  readonly digest: string
  readonly lines: ReadonlyArray<string>
}

/** Runs something in a world, to its end. `undefined`: it has none. */
const inWorld = async <A, E>(world: World, store: Store, main: Effect.Effect<A, E>) => {
  const giveBack = takeOver(world)
  try {
    const services = Logger.layer([])
    const fiber = Effect.runFork(
      main.pipe(Effect.provide(services), Effect.provideService(References.TracerEnabled, false)),
    )
    await world.run(() => fiber.pollUnsafe() !== undefined, longest)
    const exit = fiber.pollUnsafe()
    // The store, and what Effect has planned for this turn, go on to the next world.
    await world.run(() => store.isIdle() && world.isStill, longest)
    return exit
  } finally {
    giveBack()
  }
}

export class Simulator {
  private readonly store: Store
  private readonly beginning: Beginning

  private constructor(store: Store, beginning: Beginning) {
    this.store = store
    this.beginning = beginning
  }

  static async make(): Promise<Simulator> {
    const store = await Store.make()
    // A little earlier, so that what is signed then is still good.
    const world = new World(0, undefined, 50_000)
    await store.enter(world)
    const database = new Backend(store).database(() => promptly)
    const exit = await inWorld(world, store, begin(database, configuration({})))
    if (exit === undefined || Exit.isFailure(exit)) throw new Error(`The world does not begin: ${String(exit)}`)
    await store.keepAsBeginning()
    return new Simulator(store, exit.value)
  }

  /** Everything that happens in the world of a seed; with `keepTrace`, as lines that somebody can read. */
  async run(seed: number, keepTrace = false): Promise<Outcome> {
    const trace = new Trace(keepTrace)
    const world = new World(seed, trace)
    await this.store.enter(world)
    const circumstances = draw(world.random.fork())
    const config = configuration(circumstances.configuration)
    const exit = await inWorld(
      world,
      this.store,
      live(world, new Backend(this.store), this.beginning, circumstances, config),
    )
    const problems =
      exit === undefined ? ["does not end"] : Exit.isSuccess(exit) ? exit.value : [Cause.pretty(exit.cause)]
    return { seed, problems, digest: trace.digest(), lines: trace.lines }
  }

  async close(): Promise<void> {
    await this.store.close()
  }
}
