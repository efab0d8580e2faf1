import type { UserId } from "@chat/domain/Ids"
import { Timestamp } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { rounds } from "../rounds/rounds.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"

const timestamp = (millis: number): Timestamp => Timestamp.make(DateTime.formatIso(DateTime.makeUnsafe(millis)))

/**
 * When accounts were there last. Of everybody who was active since the last time one statement a minute tells the
 * database; what it does not know yet is known here.
 */
export const makeLastSeen = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const unwritten = new Map<UserId, number>()

  const note = (account: UserId, at: number): void => {
    unwritten.set(account, Math.max(at, unwritten.get(account) ?? 0))
  }

  const write = Effect.gen(function* () {
    if (unwritten.size === 0) return
    const written = [...unwritten].map(([id, at]) => ({ id, at: timestamp(at) }))
    yield* sql`UPDATE users u SET last_seen = greatest(u.last_seen, s.at)
      FROM jsonb_to_recordset(${PgTypes.jsonb(written)}) AS s (id uuid, at timestamptz) WHERE u.id = s.id`
    for (const { id, at } of written) {
      const now = unwritten.get(id)
      if (now !== undefined && timestamp(now) === at) unwritten.delete(id)
    }
  }).pipe(orUnavailable)

  const get = (account: UserId): Timestamp | undefined => {
    const at = unwritten.get(account)
    return at === undefined ? undefined : timestamp(at)
  }

  // What is lost with the node is a minute at most.
  const writeInAMinute = Effect.sleep("1 minute").pipe(
    Effect.andThen(write),
    Effect.catch(() => Effect.logWarning("Who was there could not be noted: the database does not answer")),
  )
  yield* Effect.forkScoped(rounds("who was there could not be noted", writeInAMinute))
  yield* Effect.addFinalizer(() => Effect.ignore(write))

  return { note, get }
})
