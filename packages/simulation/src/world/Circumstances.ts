import * as Duration from "effect/Duration"
import type { Configuration } from "@chat/server/src/config/settings.ts"
import { defaultLimits } from "@chat/domain/Limits"
import type { Random } from "./Random.ts"

/** What a world is like, as its seed has it. */
export interface Circumstances {
  readonly nodes: number
  /** How many of the devices there are in use. */
  readonly devices: number
  /** How many things are done there. */
  readonly steps: number
  /** The longest pause between two of them, in milliseconds. */
  readonly pause: number
  /** How long a frame is on its way, at least and at most. */
  readonly frame: readonly [number, number]
  /** How long a statement is on its way to the database, and its answer back, at most. */
  readonly statement: number
  /** Of the notices between nodes, how many are lost and how many come twice, and how late they may be. */
  readonly notices: { readonly lost: number; readonly doubled: number; readonly late: number }
  /** How long a message is. Many long ones do not fit into one frame. */
  readonly text: number
  /** How many of the things that are done are faults. */
  readonly faults: number
  readonly configuration: Partial<Configuration>
}

/** So long a client hears nothing before it takes its connection for dead, in milliseconds. */
export const silence = 4_000

export const draw = (random: Random): Circumstances => {
  const nodes = random.pick([1, 1, 2])
  const gap = random.pick([1_000, 1_000, 1_000, 2, 5])
  const slow = random.chance(0.2)
  return {
    nodes,
    devices: random.pick([1, 2, 2, 3, 4]),
    steps: random.pick([4, 8, 12, 16]),
    pause: random.pick([20, 200, 200, 1_000]),
    frame: slow ? [20, 400] : random.chance(0.2) ? [0, 0] : [1, 30],
    statement: random.pick([0, 2, 5, 60]),
    notices: {
      lost: random.pick([0, 0.1, 0.5, 1]),
      doubled: random.pick([0, 0.3]),
      late: random.pick([2, 50, 3_000]),
    },
    text: random.pick([10, 10, 10, 3_900]),
    faults: random.pick([0.2, 0.4, 0.6]),
    configuration: {
      heartbeat: Duration.seconds(3),
      stallTimeout: Duration.seconds(random.pick([5, 30])),
      accessTokenLifetime: Duration.minutes(random.pick([1, 15, 15])),
      // Less than a server can be told, so that what needs a great deal is met with little.
      connectionQueueBytes: random.pick([1_048_576, 2_000]),
      limits: { ...defaultLimits, syncGap: gap, syncGapTotal: random.pick([20_000, 20_000, 3]) },
      databaseWriters: 4,
    },
  }
}
