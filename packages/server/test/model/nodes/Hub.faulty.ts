import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Hub, type Notice } from "../../../src/hub/Hub.ts"
import type { Random } from "../programs/random.ts"
import type { Rare } from "../run/Rare.ts"

type Handler = (notice: Notice) => void

interface Held {
  readonly handlers: ReadonlySet<Handler>
  readonly notice: Notice
}

/** A hub between nodes that drops, doubles, delays and reorders what it is given, as its seed has it. */
export interface FaultyHub {
  readonly layer: (node: number) => Layer.Layer<Hub>
  /** What was held back comes now, in any order. */
  readonly release: Effect.Effect<void>
}

export const makeFaultyHub = (random: Random, rare: Rare): FaultyHub => {
  const nodes = new Map<number, Set<Handler>>()
  let held: Array<Held> = []

  const deliver = ({ handlers, notice }: Held) => {
    for (const handler of handlers) handler(notice)
  }

  const releaseSome = (probability: number): void => {
    const [now, later]: [Array<Held>, Array<Held>] = [[], []]
    for (const one of held) (random.chance(probability) ? now : later).push(one)
    held = later
    while (now.length > 0) {
      const [one] = now.splice(random.below(now.length), 1)
      if (one === undefined) return
      rare.met("notice late")
      deliver(one)
    }
  }

  const transmit = (one: Held): void => {
    const fate = random.next()
    if (fate < 0.15) rare.met("notice dropped")
    else if (fate < 0.4) held.push(one)
    else if (fate < 0.5) {
      rare.met("notice doubled")
      deliver(one)
      if (random.chance(0.5)) deliver(one)
      else held.push(one)
    } else deliver(one)
  }

  return {
    layer: (node) =>
      Layer.sync(Hub, () => {
        const handlers = new Set<Handler>()
        nodes.set(node, handlers)
        return Hub.of({
          publish: (notice) =>
            Effect.sync(() => {
              for (const [other, theirs] of nodes) {
                transmit({ handlers: theirs, notice: other === node ? notice : withoutEvents(notice) })
              }
              releaseSome(0.2)
            }),
          subscribe: (handler) =>
            Effect.acquireRelease(
              Effect.sync(() => void handlers.add(handler)),
              () => Effect.sync(() => void handlers.delete(handler)),
            ),
        })
      }),
    release: Effect.sync(() => releaseSome(1)),
  }
}

// Events come along only on the node that wrote them.
const withoutEvents = (notice: Notice): Notice =>
  notice._tag === "LogAdvanced" ? { _tag: "LogAdvanced", log: notice.log, seq: notice.seq } : notice
