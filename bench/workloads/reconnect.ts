import type { Effort } from "../efforts.ts"
import { roomOf, type Subject, type World } from "../servers/Subject.ts"
import { measure } from "./measure.ts"
import { type Figures, visit, type Workload } from "./Workload.ts"

const run = (subject: Subject, effort: Effort): Promise<Figures> => {
  const world: World = { people: effort.storm, perRoom: effort.perStormRoom }
  return visit(subject, world, async (running, gather) => {
    const { dialect } = running
    // One of each room writes while nobody is there.
    const rooms = Array.from({ length: Math.ceil(world.people / world.perRoom) }, (_, room) => room)
    const writers = gather({
      greeting: "signIn",
      rooms,
      dialect: {
        ...dialect,
        signIn: (room) => dialect.signIn(room * world.perRoom),
        post: (room, body) => dialect.post(room * world.perRoom, body),
      },
    })
    await writers.enter()
    for (let post = 0; post < effort.missed; post++) {
      for (const writer of writers.members) writers.post(writer)
      await writers.settle()
    }
    writers.leave()
    const crowd = gather({
      greeting: "comeBack",
      rooms: Array.from({ length: world.people }, (_, index) => roomOf(world, index)),
      missed: effort.missed,
    })
    const { seconds, deliveries, serverMicros, databaseMicros, busy } = await measure(crowd, running, async () => {
      await crowd.enter(Number.POSITIVE_INFINITY)
      await crowd.settle()
    })
    return {
      caughtUpSeconds: seconds,
      deliveriesPerSecond: deliveries / seconds,
      serverMicrosPerDelivery: serverMicros / deliveries,
      databaseMicrosPerDelivery: databaseMicros / deliveries,
      serverMillisPerClient: serverMicros / 1_000 / world.people,
      ...busy,
    }
  })
}

export const reconnect: Workload = {
  name: "w6",
  title: "Reconnect storm: all come back at once, each of them behind",
  subjects: ["ours"],
  run,
}
