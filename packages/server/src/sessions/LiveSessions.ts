import type { CurrentSession } from "@chat/domain/Authentication"
import type { StorageUnavailable } from "@chat/domain/Errors"
import { SessionId, UserId } from "@chat/domain/Ids"
import { Username } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Hub } from "../hub/Hub.ts"
import { BoundedMap } from "../limits/BoundedMap.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { rounds } from "../rounds/rounds.ts"

const maxKnown = 20_000

const Row = Schema.Array(Schema.Struct({ session: SessionId, user: UserId, username: Username, ended: Schema.Boolean }))
const Ids = Schema.Array(Schema.Struct({ id: SessionId }))

/**
 * Which sessions live, from memory, so that no call costs a query. What ends on this node or is announced is known at
 * once; what the hub does not bring is found by comparing with the database at every head check.
 */
export class LiveSessions extends Context.Service<
  LiveSessions,
  {
    /** Undefined: it has ended, or there never was one. */
    readonly get: (session: SessionId) => Effect.Effect<CurrentSession["Service"] | undefined, StorageUnavailable>
    /** Whether it is known, without asking, that it has not ended. */
    readonly isLive: (session: SessionId) => boolean
    readonly markEnded: (session: SessionId) => void
    /** Those of these sessions that have ended. */
    readonly endedAmong: (
      sessions: ReadonlyArray<SessionId>,
    ) => Effect.Effect<ReadonlyArray<SessionId>, StorageUnavailable>
  }
>()("@chat/server/sessions/LiveSessions") {
  static readonly layer = Layer.effect(
    LiveSessions,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const { headCheck } = yield* ServerConfig
      const hub = yield* Hub
      // A session that has ended stays so: nothing that was read before can bring it back.
      const known = new BoundedMap<SessionId, CurrentSession["Service"] | "ended">(maxKnown)
      const markEnded = (session: SessionId) => known.set(session, "ended")

      const load = Effect.fnUntraced(function* (id: SessionId) {
        const rows = yield* sql`SELECT s.id AS session, u.id AS user, u.username, s.ended_at IS NOT NULL AS ended
          FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ${id}`
        const [row] = yield* Schema.decodeUnknownEffect(Row)(rows)
        if (row === undefined) return undefined
        const { ended, ...session } = row
        if (ended) markEnded(id)
        if (known.get(id) === "ended") return undefined
        known.set(id, session)
        return session
      }, orUnavailable)

      const get = (session: SessionId) =>
        Effect.suspend(() => {
          const state = known.get(session)
          if (state === undefined) return load(session)
          return Effect.succeed(state === "ended" ? undefined : state)
        })

      const isLive = (session: SessionId): boolean => (known.get(session) ?? "ended") !== "ended"

      const endedAmong = Effect.fnUntraced(function* (sessions: ReadonlyArray<SessionId>) {
        if (sessions.length === 0) return []
        const rows = yield* sql`SELECT id FROM sessions WHERE ended_at IS NULL
          AND id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(sessions)}))`
        const living = new Set((yield* Schema.decodeUnknownEffect(Ids)(rows)).map(({ id }) => id))
        const ended = sessions.filter((session) => !living.has(session))
        for (const session of ended) markEnded(session)
        return ended
      }, orUnavailable)

      const compare = Effect.gen(function* () {
        yield* Effect.sleep(Duration.times(headCheck, yield* Random.nextBetween(0.8, 1.2)))
        const living = known.all().flatMap(([session, state]) => (state === "ended" ? [] : [session]))
        const ended = yield* endedAmong(living)
        // Their connections are still open, if there are any.
        for (const session of ended) yield* hub.publish({ _tag: "SessionOver", session })
      }).pipe(
        // The next comparison says the same.
        Effect.catch(() => Effect.logWarning("Sessions could not be compared: the database does not answer")),
      )

      yield* hub.subscribe((notice) => {
        if (notice._tag === "SessionOver") markEnded(notice.session)
      })
      yield* Effect.forkScoped(rounds("sessions could not be compared", compare))
      return LiveSessions.of({ get, isLive, markEnded, endedAmong })
    }),
  )
}
