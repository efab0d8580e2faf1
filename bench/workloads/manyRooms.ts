import type { Effort } from "../efforts.ts"
import type { Crowd } from "../load/Crowd.ts"
import type { Member } from "../load/Member.ts"
import { keepPace, oneEach } from "../load/pace.ts"
import type { Running, Subject } from "../servers/Subject.ts"
import { measure, type Measured } from "./measure.ts"
import { everybodyAndEmbedded, type Figures, visit, type Workload } from "./Workload.ts"

const slowest = 250
/** So many rates, each much lower than the one before, are tried before the answer is that none is kept. */
const mostTries = 8

/** First one of each room, then another of each. */
const inTurn = (crowd: Crowd, perRoom: number): ReadonlyArray<Member> =>
  crowd.members.toSorted((a, b) => (a.index % perRoom) - (b.index % perRoom) || a.room - b.room)

const attempt = async (crowd: Crowd, running: Running, rate: number, effort: Effort): Promise<Measured> => {
  const stop = keepPace(crowd, inTurn(crowd, effort.perRoom), rate)
  await crowd.during(effort.warmup / 2)
  const measured = await measure(crowd, running, effort.seconds / 2)
  stop()
  await crowd.settle()
  return measured
}

/** The highest rate of those tried at which nearly everybody has a post soon enough, if there is one. */
const search = async (crowd: Crowd, running: Running, start: number, effort: Effort) => {
  let [kept, missed] = [0, Number.POSITIVE_INFINITY]
  let best: Measured | undefined
  let rate = start
  for (let tries = 0; tries < effort.tries || (best === undefined && tries < mostTries); tries++) {
    const measured = await attempt(crowd, running, rate, effort)
    const keeps = measured.latency.quantile(0.99) < slowest && measured.answers / measured.seconds > rate * 0.95
    if (keeps) [kept, best] = [rate, measured]
    else missed = rate
    if (missed === Number.POSITIVE_INFINITY) rate *= 2
    else rate = kept === 0 ? rate * 0.6 : (kept + missed) / 2
  }
  return best
}

const run = (subject: Subject, effort: Effort, isSilent: boolean): Promise<Figures> =>
  visit(subject, { people: effort.rooms * effort.perRoom, perRoom: effort.perRoom }, async (running, gather) => {
    const crowd = gather({ isSilent })
    await crowd.enter()
    const stop = oneEach(
      crowd,
      crowd.members.filter(({ index }) => index % effort.perRoom === 0),
    )
    await crowd.during(effort.warmup)
    const closed = await measure(crowd, running, effort.seconds / 2)
    stop()
    await crowd.settle()
    await running.server.longestDelay()
    const best = await search(crowd, running, closed.answers / closed.seconds, effort)
    if (best === undefined) return { postsPerSecond: 0, ...closed.busy }
    const { seconds, answers, serverMicros, databaseMicros, latency, busy } = best
    return {
      postsPerSecond: answers / seconds,
      serverMicrosPerPost: serverMicros / answers,
      databaseMicrosPerPost: databaseMicros / answers,
      p50Millis: latency.quantile(0.5),
      p99Millis: latency.quantile(0.99),
      longestDelayMillis: await running.server.longestDelay(),
      ...busy,
    }
  })

export const manyRooms: Workload = {
  name: "w3",
  title: `Many rooms: everybody posts, the highest rate with a p99 under ${slowest} ms`,
  subjects: everybodyAndEmbedded,
  run: (subject, effort) => run(subject, effort, false),
}

/** What the receipts of everybody cost is the difference. */
export const silentRooms: Workload = {
  name: "w3-silent",
  title: "Many rooms, and nobody tells how far they have got",
  subjects: everybodyAndEmbedded,
  run: (subject, effort) => run(subject, effort, true),
}
