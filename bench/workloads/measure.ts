import type { Crowd } from "../load/Crowd.ts"
import { Histogram } from "../load/Histogram.ts"
import { prefer } from "../machine/cores.ts"
import { backendsOf, cpuMillis, databaseCpuMillis, machineCpuMillis } from "../machine/usage.ts"
import type { Running } from "../servers/Subject.ts"

/** What happened while a load was on, and what it cost. */
export interface Measured {
  readonly seconds: number
  readonly deliveries: number
  /** Posts that were answered. */
  readonly answers: number
  /** CPU time in microseconds. */
  readonly serverMicros: number
  readonly databaseMicros: number
  /** Cores used: by the server, and by the load. Where that of the load is near 1, it is the load that is measured. */
  readonly busy: { readonly serverCores: number; readonly loadCores: number; readonly foreignCores: number }
  readonly latency: Histogram
}

const readings = (crowd: Crowd, { server, database }: Running) => ({
  at: performance.now(),
  deliveries: crowd.deliveries,
  answers: crowd.answers,
  server: cpuMillis(server.pid),
  database: database === undefined ? 0 : databaseCpuMillis(database),
  load: cpuMillis(process.pid),
  machine: machineCpuMillis(),
})

/** Looks at what happens for so many seconds, or while something is done. */
export const measure = async (
  crowd: Crowd,
  running: Running,
  during: number | (() => Promise<void>),
): Promise<Measured> => {
  const latency = new Histogram()
  // Those of a new connection are not there before it is used.
  for (const pid of running.database === undefined ? [] : backendsOf(running.database)) prefer(pid)
  crowd.latency = latency
  const before = readings(crowd, running)
  await (typeof during === "number" ? crowd.during(during) : during())
  const after = readings(crowd, running)
  crowd.latency = undefined
  const millis = after.at - before.at
  const server = after.server - before.server
  const database = after.database - before.database
  const load = after.load - before.load
  return {
    seconds: millis / 1_000,
    deliveries: after.deliveries - before.deliveries,
    answers: after.answers - before.answers,
    serverMicros: server * 1_000,
    databaseMicros: database * 1_000,
    busy: {
      serverCores: server / millis,
      loadCores: load / millis,
      foreignCores: Math.max(0, after.machine - before.machine - server - database - load) / millis,
    },
    latency,
  }
}
