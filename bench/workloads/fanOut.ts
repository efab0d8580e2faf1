import type { Effort } from "../efforts.ts"
import type { Crowd } from "../load/Crowd.ts"
import { keepPace, saturate } from "../load/pace.ts"
import type { Running, Subject } from "../servers/Subject.ts"
import { measure, type Measured } from "./measure.ts"
import { everybody, type Figures, visit, type Workload } from "./Workload.ts"

const steadyRate = 10_000

const paced = async (crowd: Crowd, running: Running, perSecond: number, effort: Effort): Promise<Measured> => {
  const stop = keepPace(crowd, crowd.members.slice(0, 1), perSecond)
  await crowd.during(effort.warmup)
  const measured = await measure(crowd, running, effort.seconds)
  stop()
  await crowd.settle()
  return measured
}

const run = (subject: Subject, people: number, effort: Effort): Promise<Figures> =>
  visit(subject, { people, perRoom: people }, async (running, gather) => {
    const crowd = gather()
    await crowd.enter()
    const [sender] = crowd.members
    if (sender === undefined) throw new Error("nobody is there")
    const stop = saturate(crowd, sender)
    await crowd.during(effort.warmup)
    const most = await measure(crowd, running, effort.seconds)
    stop()
    await crowd.settle()
    const rate = most.deliveries / most.seconds
    const half = await paced(crowd, running, rate / people / 2, effort)
    const steady = await paced(crowd, running, steadyRate / people, effort)
    return {
      deliveriesPerSecond: rate,
      serverMicrosPerDelivery: most.serverMicros / most.deliveries,
      databaseMicrosPerDelivery: most.databaseMicros / most.deliveries,
      ...most.busy,
      halfP50Millis: half.latency.quantile(0.5),
      halfP99Millis: half.latency.quantile(0.99),
      steadyDeliveriesPerSecond: steady.deliveries / steady.seconds,
      steadyServerMicrosPerDelivery: steady.serverMicros / steady.deliveries,
      steadyP50Millis: steady.latency.quantile(0.5),
      steadyP99Millis: steady.latency.quantile(0.99),
    }
  })

export const fanOut: Workload = {
  name: "w2",
  title: "Fan-out: one room, one sender",
  subjects: everybody,
  run: (subject, effort) => run(subject, effort.room, effort),
}

export const largeFanOut: Workload = {
  name: "w2-large",
  title: "Fan-out: one large room, one sender",
  subjects: everybody,
  run: (subject, effort) => run(subject, effort.largeRoom, effort),
}
