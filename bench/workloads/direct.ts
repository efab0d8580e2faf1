import { Crowd } from "../load/Crowd.ts"
import { roomOf, type Subject, type World } from "../servers/Subject.ts"
import { measure } from "./measure.ts"
import type { Effort, Figures, Workload } from "./Workload.ts"

const world: World = { people: 100, perRoom: 2, direct: true }

/** Whoever gets a message answers it: one is under way between the two, always. */
const run = async (subject: Subject, effort: Effort): Promise<Figures> => {
  const running = await subject.start(world)
  const rooms = Array.from({ length: world.people }, (_, index) => roomOf(world, index))
  const crowd = new Crowd({ dialect: running.dialect, port: running.server.port, rooms })
  try {
    await crowd.enter()
    const authors: Array<number> = []
    let isOn = true
    const post = (index: number) => {
      const member = crowd.members[index]
      if (member === undefined) return
      authors[crowd.posts] = index
      crowd.post(member)
    }
    crowd.onDelivery = ({ index }, number) => {
      if (isOn && authors[number] !== index) post(index)
    }
    for (let index = 0; index < world.people; index += 2) post(index)
    await crowd.during(effort.warmup)
    const measured = await measure(crowd, running, effort.seconds)
    isOn = false
    await crowd.settle()
    const { seconds, answers, serverCpu, databaseCpu, latency, loadBusy, foreign } = measured
    return {
      messagesPerSecond: answers / seconds,
      serverMicrosPerMessage: (serverCpu * 1_000) / answers,
      databaseMicrosPerMessage: (databaseCpu * 1_000) / answers,
      p50Millis: latency.quantile(0.5),
      p99Millis: latency.quantile(0.99),
      loadBusy,
      foreignCores: foreign,
    }
  } finally {
    crowd.leave()
    await running.end()
  }
}

export const direct: Workload = { name: "w1", title: "50 pairs, one message in flight each", run }
