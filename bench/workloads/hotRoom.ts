import type { Effort } from "../efforts.ts"
import { oneEach } from "../load/pace.ts"
import type { Subject } from "../servers/Subject.ts"
import { measure } from "./measure.ts"
import { type Figures, visit, type Workload } from "./Workload.ts"

const assertDense = (places: ReadonlyArray<number>): void => {
  const sorted = places.toSorted((a, b) => a - b)
  const gap = sorted.findIndex((place, index) => place !== (sorted[0] ?? 0) + index)
  if (gap !== -1) throw new Error(`after place ${sorted[gap - 1]} comes ${sorted[gap]}`)
}

const run = (subject: Subject, effort: Effort): Promise<Figures> =>
  visit(subject, { people: effort.senders, perRoom: effort.senders }, async (running, gather) => {
    // Nobody listens, so that it is the room that is measured.
    const crowd = gather({ greeting: "signIn" })
    await crowd.enter()
    const places: Array<number> = []
    crowd.onAnswer = (frame) => {
      for (const [, place] of frame.toString().matchAll(/"seq":(\d+)/g)) places.push(Number(place))
    }
    const stop = oneEach(crowd, crowd.members)
    await crowd.during(effort.warmup)
    const { seconds, answers, serverMicros, databaseMicros, busy } = await measure(crowd, running, effort.seconds)
    stop()
    await crowd.settle()
    assertDense(places)
    return {
      postsPerSecond: answers / seconds,
      serverMicrosPerPost: serverMicros / answers,
      databaseMicrosPerPost: databaseMicros / answers,
      ...busy,
    }
  })

export const hotRoom: Workload = {
  name: "hot",
  title: "One hot room: everybody posts again as soon as the last post is stored",
  subjects: ["ours", "ws-batched", "socket.io"],
  run,
}
