import type { Effort } from "../efforts.ts"
import { residentBytes } from "../machine/usage.ts"
import type { Running, Subject } from "../servers/Subject.ts"
import { measure } from "./measure.ts"
import { everybody, type Figures, visit, type Workload } from "./Workload.ts"

/** What is in memory when nothing is under way; the second time without what could be collected. */
const memory = async ({ server }: Running) => {
  const before = residentBytes(server.pid)
  await server.collect()
  return { before, after: residentBytes(server.pid) }
}

const run = (subject: Subject, people: number, effort: Effort): Promise<Figures> =>
  visit(subject, { people, perRoom: Math.min(people, effort.perStormRoom) }, async (running, gather) => {
    const visitors = gather({ greeting: "signIn" })
    const signIn = await measure(visitors, running, () => visitors.enter())
    visitors.leave()
    const empty = await memory(running)
    const crowd = gather()
    const follow = await measure(crowd, running, () => crowd.enter())
    await crowd.during(effort.warmup)
    const idle = await memory(running)
    const each = (bytes: number) => bytes / people / 1_024
    return {
      signInsPerSecond: people / signIn.seconds,
      serverMicrosPerSignIn: signIn.serverMicros / people,
      followersPerSecond: people / follow.seconds,
      serverMicrosPerFollower: follow.serverMicros / people,
      databaseMicrosPerFollower: follow.databaseMicros / people,
      kibPerConnection: each(idle.after - empty.after),
      kibPerConnectionUncollected: each(idle.before - empty.before),
      ...follow.busy,
    }
  })

export const connections: Workload = {
  name: "w4",
  title: "Connections: signing in with a token, and what an idle one takes",
  subjects: everybody,
  run: (subject, effort) => run(subject, effort.connections, effort),
}

export const manyConnections: Workload = {
  name: "w4-large",
  title: "Many connections: signing in with a token, and what an idle one takes",
  subjects: everybody,
  run: (subject, effort) => run(subject, effort.manyConnections, effort),
}
