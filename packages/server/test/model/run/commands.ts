// People ask for things, all at once, and some of them twice.
import * as Effect from "effect/Effect"
import { type Answered, type Command, isDurable, isRepeatable } from "../commands/Command.ts"
import { explain } from "../commands/explain.ts"
import type { Call } from "../programs/Program.ts"
import { resolve } from "../programs/resolve.ts"
import { Failed, type Running, worldOf } from "./Running.ts"
import { noteCommands } from "./notes.ts"
import { fetchFresh } from "./rest.ts"

export const commands = Effect.fnUntraced(function* (
  running: Running,
  calls: ReadonlyArray<Call>,
  restarted: number | undefined,
) {
  const { cluster, devices, rare, prefix } = running
  const world = worldOf(running)
  const users = [...world.users.values()]
  const asked = calls.map((call) => ({
    call,
    command: resolve(call, { world, users, issued: running.issued, prefix }),
  }))
  const all = asked.flatMap(({ call, command }) => {
    // Another node may hear only some time later that an account is no more.
    const nodeOf = (node: number) => (world.departed.has(command.actor) ? 0 : node)
    const one = { node: nodeOf(call.node), command, lost: call.lost === true && restarted === undefined }
    return call.twice === undefined || !isRepeatable(command)
      ? [one]
      : [one, { node: nodeOf(call.twice), command, lost: false }]
  })
  // What changes nothing durable is not waited for by a node that stops, so that its answer would say nothing.
  const sent = restarted === undefined ? all : all.filter(({ command }) => isRepeatable(command))
  const before = devices.map((device) => device.following)
  if (restarted !== undefined) yield* hangUp(running, restarted)
  const [answered] = yield* Effect.all(
    [
      Effect.forEach(sent, (one) => askFor(running, one), { concurrency: "unbounded" }),
      restarted === undefined ? Effect.void : cluster.restart(restarted),
    ],
    { concurrency: "unbounded" },
  )
  if (restarted !== undefined) rare.met("restart in the middle of commands")
  for (const { command } of asked) if (isDurable(command)) running.issued.push(command)
  const { worlds, complaints } = explain(running.worlds, answered)
  if (worlds.length === 0) return yield* new Failed({ problems: ["no order of the commands explains", ...complaints] })
  noteCommands({ running, before, after: worlds, sent, answered })
  running.worlds = worlds
  // Before the ways in which it can have been multiply, look which one it was.
  if (worlds.length > 1) yield* fetchFresh(running)
})

interface Sent {
  readonly node: number
  readonly command: Command
  readonly lost: boolean
}

const askFor = Effect.fnUntraced(function* ({ cluster, rare }: Running, { node, command, lost }: Sent) {
  if (lost && isRepeatable(command)) {
    rare.met("retry after a lost answer")
    // The caller goes away as soon as the command is on its way.
    yield* Effect.raceFirst(cluster.ask(node, command), Effect.yieldNow)
  }
  const answer = yield* cluster.ask(node, command)
  return { command, answer } satisfies Answered
})

/** The connections to a node are lost when it stops. */
const hangUp = Effect.fnUntraced(function* ({ cluster, devices, rare }: Running, node: number) {
  for (const device of devices) {
    if (device.following?.node !== node % cluster.size) continue
    rare.met("restart under a Sync")
    yield* device.cut(false)
  }
})

export const restart = (running: Running, node: number): Effect.Effect<void> =>
  Effect.andThen(hangUp(running, node), running.cluster.restart(node))
