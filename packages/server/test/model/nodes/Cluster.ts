// Nodes that can be restarted while somebody uses them.
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Answer, Command } from "../commands/Command.ts"
import type { FaultyHub } from "./Hub.faulty.ts"
import type { Node, Refusal, Result } from "./Node.ts"

interface Slot {
  node: Node
  /** Done when the node stops. */
  gone: Deferred.Deferred<void>
  /** Done when there is one again. */
  ready: Deferred.Deferred<void>
}

const retryable: ReadonlySet<string> = new Set(["StorageUnavailable", "RateLimited", "RpcClientError"])

export interface Cluster {
  readonly size: number
  readonly node: (index: number) => Node
  readonly restart: (index: number) => Effect.Effect<void>
  /** Asks until there is an answer, always with the same id. */
  readonly ask: (index: number, command: Command) => Effect.Effect<Answer>
  /** Lets every node find what the hub did not tell it. */
  readonly checkHeads: Effect.Effect<void, Refusal>
}

// What somebody does to their account is in its log.
const toAnswer = ({ actor }: Command, result: Result): Answer => {
  if ("done" in result) return { _tag: "Done" }
  if ("text" in result) return { _tag: "Notice", notice: result }
  if (!("seq" in result)) return { _tag: "Draft", rev: result.rev }
  if (!("at" in result)) return { _tag: "Position", position: result }
  const { seq, at } = result
  const token = "token" in result ? result.token : undefined
  return { _tag: "Receipt", receipt: { log: "conversation" in result ? result.conversation : actor, seq, at, token } }
}

export const makeCluster = Effect.fnUntraced(function* <E>(
  size: number,
  startNode: (index: number) => Effect.Effect<Node, E>,
  hub?: FaultyHub,
) {
  const start = (index: number) => Effect.orDie(startNode(index))
  const slots: Array<Slot> = []
  yield* Effect.addFinalizer(() => Effect.forEach(slots, ({ node }) => node.stop, { discard: true }))
  for (let index = 0; index < size; index++) {
    const ready = yield* Deferred.make<void>()
    yield* Deferred.succeed(ready, undefined)
    slots.push({ node: yield* start(index), gone: yield* Deferred.make<void>(), ready })
  }
  const slot = (index: number): Slot => {
    const found = slots[index % size]
    if (found === undefined) throw new Error("A cluster has at least one node")
    return found
  }

  const restart = Effect.fnUntraced(function* (index: number) {
    const its = slot(index)
    const { gone, ready } = { gone: its.gone, ready: yield* Deferred.make<void>() }
    its.ready = ready
    yield* Deferred.succeed(gone, undefined)
    yield* its.node.stop
    its.node = yield* start(index % size)
    its.gone = yield* Deferred.make<void>()
    yield* Deferred.succeed(ready, undefined)
  })

  const ask = (index: number, command: Command, attempts = 20): Effect.Effect<Answer> =>
    Effect.gen(function* () {
      const its = slot(index)
      yield* Deferred.await(its.ready)
      const lost: Effect.Effect<never, Refusal> = Effect.andThen(
        Deferred.await(its.gone),
        Effect.fail({ _tag: "StorageUnavailable" }),
      )
      return yield* its.node.as(command.actor).pipe(
        Effect.flatMap((connection) => connection.command(command)),
        Effect.raceFirst(lost),
        Effect.map((result) => toAnswer(command, result)),
        Effect.catch(({ _tag }) =>
          attempts > 0 && retryable.has(_tag)
            ? Effect.succeed(undefined)
            : Effect.succeed<Answer>({ _tag: "Refused", error: _tag }),
        ),
      )
    }).pipe(
      Effect.flatMap((answer) => (answer === undefined ? ask(index, command, attempts - 1) : Effect.succeed(answer))),
    )

  const checkHeads = Effect.gen(function* () {
    yield* hub?.release ?? Effect.void
    for (const { node } of slots) yield* node.checkHeads
  })

  return { size, node: (index) => slot(index).node, restart, ask, checkHeads } satisfies Cluster
})
