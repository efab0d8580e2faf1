import { Hub, type Notice } from "@chat/server/src/hub/Hub.ts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { World } from "../world/World.ts"

type Handler = (notice: Notice) => void

/** When a notice arrives at a node: after each of so many milliseconds; never, if there are none. */
export type Arrivals = () => ReadonlyArray<number>

/** A hub between nodes. What a node tells itself always comes, at once; what it tells others, as a seed has it. */
export class LossyHub {
  private readonly nodes = new Map<string, Set<Handler>>()
  private readonly world: World
  private readonly arrivals: Arrivals

  constructor(world: World, arrivals: Arrivals) {
    this.world = world
    this.arrivals = arrivals
  }

  /** A node that has crashed hears nothing more, and is heard no more. */
  readonly remove = (node: string): void => void this.nodes.delete(node)

  readonly layer = (node: string): Layer.Layer<Hub> =>
    Layer.sync(Hub, () => {
      const own = new Set<Handler>()
      this.nodes.set(node, own)
      return Hub.of({
        publish: (notice) =>
          Effect.sync(() => {
            if (this.nodes.get(node) !== own) return
            for (const handler of own) handler(notice)
            for (const name of this.nodes.keys()) if (name !== node) this.tell(node, name, withoutEvents(notice))
          }),
        subscribe: (handler) =>
          Effect.acquireRelease(
            Effect.sync(() => void own.add(handler)),
            () => Effect.sync(() => void own.delete(handler)),
          ),
      })
    })

  private tell(from: string, to: string, notice: Notice): void {
    const arrivals = this.arrivals()
    if (arrivals.length === 0) this.world.note(`${from} ~ ${to} ${notice._tag} is lost`)
    for (const delay of arrivals) {
      this.world.after(delay, () => {
        this.world.note(`${from} ~ ${to} ${notice._tag}`)
        for (const handler of this.nodes.get(to) ?? []) handler(notice)
      })
    }
  }
}

// Events come along only on the node that wrote them.
const withoutEvents = (notice: Notice): Notice =>
  notice._tag === "LogAdvanced" ? { _tag: "LogAdvanced", log: notice.log, seq: notice.seq } : notice
