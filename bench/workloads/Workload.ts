import type { Effort } from "../efforts.ts"
import { Crowd, type CrowdOptions } from "../load/Crowd.ts"
import { roomOf, type Running, type Subject, type World } from "../servers/Subject.ts"

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>

export interface Workload {
  readonly name: string
  readonly title: string
  /** The names of those for whom it means something. */
  readonly subjects: ReadonlyArray<string>
  readonly run: (subject: Subject, effort: Effort) => Promise<Figures>
}

export const everybody = ["ours", "ws-batched", "ws", "socket.io"]
/** Ours on the embedded database, beside the others. */
export const everybodyAndEmbedded = ["ours", "ours-embedded", "ws-batched", "ws", "socket.io"]

/** People of a world, or the first of them, about to come. */
export type Gather = (options?: Partial<CrowdOptions>) => Crowd

/** Starts a server in a world for something that is done there. */
export const visit = async <A>(
  subject: Subject,
  world: World,
  use: (running: Running, gather: Gather) => Promise<A>,
): Promise<A> => {
  const running = await subject.start(world)
  const crowds: Array<Crowd> = []
  const rooms = Array.from({ length: world.people }, (_, index) => roomOf(world, index))
  const gather: Gather = (options = {}) => {
    const crowd = new Crowd({ dialect: running.dialect, port: running.server.port, rooms, ...options })
    crowds.push(crowd)
    return crowd
  }
  try {
    return await use(running, gather)
  } finally {
    for (const crowd of crowds) crowd.leave()
    await running.end()
  }
}
