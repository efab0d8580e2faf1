import type { Crowd } from "../load/Crowd.ts"
import { Histogram } from "../load/Histogram.ts"
import { prefer } from "../machine/cores.ts"
import { backendsOf, cpuMillis, databaseCpuMillis, machineCpuMillis } from "../machine/usage.ts"
import type { Running } from "../servers/Subject.ts"

/** What happened while a load was on, and what it cost. Times of CPU are in milliseconds. */
export interface Measured {
  readonly seconds: number
  readonly deliveries: number
  /** Posts that were answered. */
  readonly answers: number
  readonly serverCpu: number
  readonly databaseCpu: number
  /** The part of its core that the load generator used; near 1, it is the load that is measured, not the server. */
  readonly loadBusy: number
  /** Cores used by what has nothing to do with it. */
  readonly foreign: number
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

/** Looks at what happens for so many seconds. */
export const measure = async (crowd: Crowd, running: Running, seconds: number): Promise<Measured> => {
  const latency = new Histogram()
  for (const pid of running.database === undefined ? [] : backendsOf(running.database)) prefer(pid)
  crowd.latency = latency
  const before = readings(crowd, running)
  await crowd.during(seconds)
  const after = readings(crowd, running)
  crowd.latency = undefined
  const millis = after.at - before.at
  const [serverCpu, databaseCpu, load] = [
    after.server - before.server,
    after.database - before.database,
    after.load - before.load,
  ]
  return {
    seconds: millis / 1_000,
    deliveries: after.deliveries - before.deliveries,
    answers: after.answers - before.answers,
    serverCpu,
    databaseCpu,
    loadBusy: load / millis,
    foreign: Math.max(0, after.machine - before.machine - serverCpu - databaseCpu - load) / millis,
    latency,
  }
}
