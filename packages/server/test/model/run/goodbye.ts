// Somebody deletes their account.
import { ConversationId } from "@chat/domain/Ids"
import { Emoji, Timestamp } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { isDeepStrictEqual } from "node:util"
import { depart, eraseMessages, reactionsOf, withdraw, type Withdrawn } from "../commands/goodbye.ts"
import type { Step } from "../programs/Program.ts"
import { conversationsIn, logOf, type World } from "../world/World.ts"
import { Failed, type Running, worldOf } from "./Running.ts"

interface Row {
  readonly log: string
  readonly seq: string
  readonly at: string
  readonly type: string
  readonly message: string | null
  readonly emoji: string | null
}

export const goodbye = Effect.fnUntraced(function* (
  running: Running,
  { user: number, erase }: Extract<Step, { readonly do: "goodbye" }>,
) {
  const { cluster, devices, rare } = running
  const users = [...worldOf(running).users.values()]
  const user = users[number % users.length]
  if (user === undefined) return
  for (const device of devices) if (device.user.id === user.id) yield* device.cut(false)
  const connection = yield* cluster.node(0).as(user.id)
  yield* Effect.orDie(connection.deleteAccount(erase))
  // The server would close it as soon as it has said what there is to say.
  yield* cluster.node(0).hangUp(user.id)
  const { sql } = cluster.node(0)
  const isDone = sql`SELECT FROM deletions WHERE account_id = ${user.id} AND done_at IS NOT NULL`
  yield* Effect.repeat(Effect.orDie(isDone), { until: (rows) => rows.length > 0 }).pipe(
    Effect.timeoutOrElse({
      duration: "20 seconds",
      orElse: () => Effect.fail(new Failed({ problems: ["A deletion is never done"] })),
    }),
  )
  rare.met(erase ? "account erased" : "account deleted")
  const ids = conversationsIn(worldOf(running))
  const rows =
    ids.length === 0
      ? []
      : yield* Effect.orDie(sql<Row>`SELECT log_id AS log, seq::text AS seq, type, message_seq::text AS message,
      data->>'emoji' AS emoji, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
    FROM events WHERE log_id IN ${sql.in(ids)} ORDER BY log_id, seq`)
  const after = running.worlds.flatMap((world) => departures(world, user.id, erase, rows))
  if (after.length === 0) return yield* new Failed({ problems: ["other reactions were taken back than there were"] })
  running.worlds = after
})

const departures = (world: World, user: Parameters<typeof depart>[1], erase: boolean, rows: ReadonlyArray<Row>) => {
  if (!erase) return [learnt(depart(world, user), rows)]
  const erased = eraseMessages(world, user)
  const expected = reactionsOf(erased, user)
  // In which order they go, the server alone decides.
  const found = rows.flatMap(({ log, seq, type, message, emoji }): ReadonlyArray<Withdrawn> => {
    const isNew = type === "ReactionRemoved" && Number(seq) > logOf(erased, log).length
    return isNew && message !== null && emoji !== null
      ? [{ conversation: ConversationId.make(log), message: Number(message), emoji: Emoji.make(emoji) }]
      : []
  })
  const sorted = (all: ReadonlyArray<Withdrawn>) => all.map((one) => JSON.stringify(Object.values(one))).toSorted()
  if (!isDeepStrictEqual(sorted(found), sorted(expected))) return []
  const alone = found.reduce((next, one) => withdraw(next, user, one), erased)
  return [learnt(depart(alone, user), rows)]
}

/** With the times of what nobody was given a receipt for. */
const learnt = (world: World, rows: ReadonlyArray<Row>): World => {
  const times = new Map(rows.map(({ log, seq, at }) => [`${log}/${seq}`, Timestamp.make(at)]))
  const logs = [...world.logs].map(
    ([id, log]) => [id, log.map((one, index) => ({ ...one, at: one.at ?? times.get(`${id}/${index + 1}`) }))] as const,
  )
  return { ...world, logs: new Map(logs) }
}
