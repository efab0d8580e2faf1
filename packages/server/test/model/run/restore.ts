// A restored backup: a log that is shorter than clients remember it, or has other events where they remember theirs.
import { ConversationId, LogId } from "@chat/domain/Ids"
import { Mark } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { remembered } from "../commands/Command.ts"
import { isKept } from "../world/positions.ts"
import { isDrafted } from "../world/drafts.ts"
import { isReadInThread } from "../world/threads.ts"
import { isSlowAt } from "../world/rooms.ts"
import type { Device } from "../devices/Device.ts"
import type { Step } from "../programs/Program.ts"
import { type Running, worldOf } from "./Running.ts"
import { conversationsIn, headOf, type Log, logOf, pair, type World } from "../world/World.ts"

// What slow mode remembers of a post is not taken back with it.
const isPost = (log: Log, seq: number): boolean => {
  const happening = log[seq - 1]
  const isAlone = happening?.fact.type === "MessagePosted" && happening.fact.thread === undefined
  return isAlone && !isSlowAt(log, happening.actor, seq)
}

/** Whether somebody has said something of it that is kept elsewhere. */
const isPlace = (world: World, id: string, seq: number): boolean =>
  isReadInThread(world, id, seq) || isDrafted(world, id, seq)

/** Only posts can be taken back without taking back what they had to do with other logs. */
const keptOf = (world: World, id: string, depth: number): number => {
  const log = logOf(world, id)
  let kept = log.length
  while (log.length - kept < depth && isPost(log, kept) && !isKept(world, id, kept) && !isPlace(world, id, kept)) kept--
  return kept
}

export const restore = Effect.fnUntraced(function* (
  running: Running,
  { where, depth }: Extract<Step, { readonly do: "restore" }>,
) {
  const { cluster, devices, facts } = running
  const world = worldOf(running)
  const conversations: ReadonlyArray<string> = conversationsIn(world)
  const accounts: ReadonlyArray<string> = [...world.users.keys()]
  const logs = where % 3 === 0 || conversations.length === 0 ? accounts : conversations
  const log = LogId.make(logs[where % logs.length] ?? "")
  for (const device of devices) yield* device.cut(false)
  const kept = keptOf(world, log, depth)
  // Without anything taken back, the last events are others than before.
  const changed = kept === headOf(world, log) ? Math.max(1, kept - 2) : kept + 1
  yield* Effect.orDie(rewrite(running, log, kept, changed))
  for (let node = 0; node < cluster.size; node++) yield* cluster.restart(node)
  facts.forget(log, changed)
  for (const device of devices) if (cursorOf(device, log) >= changed) device.stale.add(log)
  running.worlds = running.worlds.map((one) => cutBack(one, log, kept))
})

const cursorOf = ({ state, user }: Device, log: LogId): number =>
  log === LogId.make(user.id)
    ? (state.account?.seq ?? 0)
    : (state.conversations.get(ConversationId.make(log))?.seq ?? 0)

const newMark = () => Mark.make(randomUUID().replaceAll("-", "").slice(0, 16))

const rewrite = Effect.fnUntraced(function* (running: Running, log: LogId, kept: number, changed: number) {
  const { sql } = running.cluster.node(0)
  const work = Effect.gen(function* () {
    yield* sql`DELETE FROM messages WHERE conversation_id = ${log} AND seq > ${kept}`
    yield* sql`DELETE FROM events WHERE log_id = ${log} AND seq > ${kept}`
    yield* sql`UPDATE logs SET seq = ${kept}, at = (SELECT e.at FROM events e WHERE e.log_id = ${log} AND e.seq = ${kept})
      WHERE id = ${log}`
    yield* sql`UPDATE positions SET seq = ${kept}, rev = rev + 1, changed = pg_current_xact_id()
      WHERE conversation_id = ${log} AND seq > ${kept}`
    yield* sql`UPDATE read_marks SET delivered = least(delivered, ${kept}), read = least(read, ${kept}), rev = rev + 1,
        changed = pg_current_xact_id()
      WHERE conversation_id = ${log} AND delivered > ${kept}`
    for (let seq = changed; seq <= kept; seq++) {
      yield* sql`UPDATE events SET mark = decode(${newMark()}, 'hex') WHERE log_id = ${log} AND seq = ${seq}`
    }
  })
  yield* sql.withTransaction(work)
})

/** The world without what came after `kept`, as if it had never been. */
const cutBack = (world: World, log: LogId, kept: number): World => ({
  ...world,
  logs: new Map(world.logs).set(log, logOf(world, log).slice(0, kept)),
  commands: new Map(
    [...world.commands].filter(
      ([, done]) => done.type !== remembered.PostMessage || done.log !== log || done.seq <= kept,
    ),
  ),
  marks: new Map(
    [...world.marks].map(([key, { delivered, read, rev }]) => [
      key,
      key.endsWith(`/${log}`) && delivered > kept
        ? { delivered: kept, read: Math.min(read, kept), rev: rev + 1 }
        : { delivered, read, rev },
    ]),
  ),
  positions: new Map(
    [...world.positions].map(([key, positions]) => {
      const last = positions.at(-1)
      const isThere = [...world.users.keys()].some((user) => key === pair(user, log))
      return [
        key,
        isThere && last !== undefined && last.seq > kept ? [...positions, { ...last, seq: kept }] : positions,
      ]
    }),
  ),
})
