import { Crowd } from "../load/Crowd.ts"
import { keepPace, saturate } from "../load/pace.ts"
import { roomOf, type Running, type Subject, type World } from "../servers/Subject.ts"
import { measure, type Measured } from "./measure.ts"
import type { Effort, Figures, Workload } from "./Workload.ts"

const steadyRate = 10_000

const cost = ({ deliveries, serverCpu, databaseCpu }: Measured) => ({
  serverMicrosPerDelivery: (serverCpu * 1_000) / deliveries,
  databaseMicrosPerDelivery: (databaseCpu * 1_000) / deliveries,
})

const paced = async (crowd: Crowd, running: Running, perSecond: number, effort: Effort): Promise<Measured> => {
  const stop = keepPace(crowd, crowd.members.slice(0, 1), perSecond)
  await crowd.during(effort.warmup)
  const measured = await measure(crowd, running, effort.seconds)
  stop()
  await crowd.settle()
  return measured
}

const run = async (subject: Subject, people: number, effort: Effort): Promise<Figures> => {
  const world: World = { people, perRoom: people }
  const running = await subject.start(world)
  const rooms = Array.from({ length: people }, (_, index) => roomOf(world, index))
  const crowd = new Crowd({ dialect: running.dialect, port: running.server.port, rooms })
  try {
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
      ...cost(most),
      loadBusy: most.loadBusy,
      foreignCores: most.foreign,
      halfP50Millis: half.latency.quantile(0.5),
      halfP99Millis: half.latency.quantile(0.99),
      steadyDeliveriesPerSecond: steady.deliveries / steady.seconds,
      steadyServerMicrosPerDelivery: cost(steady).serverMicrosPerDelivery,
      steadyP50Millis: steady.latency.quantile(0.5),
      steadyP99Millis: steady.latency.quantile(0.99),
    }
  } finally {
    crowd.leave()
    await running.end()
  }
}

export const fanOut = (people: number): Workload => ({
  name: people === 200 ? "w2" : `w2-${people}`,
  title: `one room of ${people}, one sender`,
  run: (subject, effort) => run(subject, people, effort),
})
