import type { Effort } from "../efforts.ts"
import type { Crowd } from "../load/Crowd.ts"
import type { Subject } from "../servers/Subject.ts"
import { measure } from "./measure.ts"
import { everybodyAndEmbedded, type Figures, visit, type Workload } from "./Workload.ts"

/** Whoever gets a message answers it: one is under way between the two, always. Answers what ends it. */
const converse = (crowd: Crowd): (() => void) => {
  const authors: Array<number> = []
  let isOver = false
  const post = (index: number) => {
    const member = crowd.members[index]
    if (member === undefined || isOver) return
    authors[crowd.posts] = index
    crowd.post(member)
  }
  crowd.onDelivery = ({ index }, number) => {
    if (authors[number] !== index) post(index)
  }
  for (let index = 0; index < crowd.members.length; index += 2) post(index)
  return () => (isOver = true)
}

const run = (subject: Subject, effort: Effort): Promise<Figures> =>
  visit(subject, { people: effort.pairs * 2, perRoom: 2, direct: true }, async (running, gather) => {
    const crowd = gather()
    await crowd.enter()
    const stop = converse(crowd)
    await crowd.during(effort.warmup)
    await running.server.longestDelay()
    const { seconds, answers, serverMicros, databaseMicros, latency, busy } = await measure(
      crowd,
      running,
      effort.seconds,
    )
    const longestDelayMillis = await running.server.longestDelay()
    stop()
    await crowd.settle()
    return {
      messagesPerSecond: answers / seconds,
      serverMicrosPerMessage: serverMicros / answers,
      databaseMicrosPerMessage: databaseMicros / answers,
      p50Millis: latency.quantile(0.5),
      p99Millis: latency.quantile(0.99),
      longestDelayMillis,
      ...busy,
    }
  })

export const directMessages: Workload = {
  name: "w1",
  title: "Direct messages: pairs with one message in flight each",
  subjects: everybodyAndEmbedded,
  run,
}
