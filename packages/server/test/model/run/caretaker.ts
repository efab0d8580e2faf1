// Who looks after the server in a program.
import * as Effect from "effect/Effect"
import type { Cluster } from "../nodes/Cluster.ts"
import type { Beginner } from "../world/World.ts"

/**
 * The first of those who begin becomes an admin, which only an admin could make them; another one is there too, so that
 * nobody is the last who may not go. What a program before this one has told everybody is withdrawn.
 */
export const appoint = Effect.fnUntraced(function* (
  cluster: Cluster,
  prefix: string,
  beginners: ReadonlyArray<Beginner>,
) {
  const node = cluster.node(0)
  const caretaker = yield* node.makeUser(`${prefix}-caretaker`)
  const ids = [caretaker, ...beginners.slice(0, 1)].map(({ user }) => user.id)
  const { sql } = node
  yield* Effect.orDie(sql`UPDATE users SET role = 'admin' WHERE id IN ${sql.in(ids)}`)
  const { command, notices } = yield* node.as(caretaker.user.id)
  for (const { id } of yield* Effect.orDie(notices)) {
    yield* Effect.orDie(command({ type: "WithdrawNotice", actor: caretaker.user.id, notice: id }))
  }
})
