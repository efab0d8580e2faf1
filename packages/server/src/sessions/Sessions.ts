import type { CurrentSession } from "@chat/domain/Authentication"
import { SessionNotFound, type StorageUnavailable, Unauthenticated } from "@chat/domain/Errors"
import { accountLog, SessionId, UserId } from "@chat/domain/Ids"
import { ListedSession, Session, type SessionEndReason, type Tokens } from "@chat/domain/Session"
import { DeviceName, Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { Audit } from "../audit/Audit.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Hub } from "../hub/Hub.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Time } from "../storage/rows.ts"
import { rounds } from "../rounds/rounds.ts"
import { AccessTokens, type Proof } from "./AccessTokens.ts"
import { LiveSessions } from "./LiveSessions.ts"
import { RefreshTokens } from "./RefreshTokens.ts"

/** A session that began in a transaction which is still to be committed. */
export interface Started {
  readonly session: Session
  readonly refreshToken: Redacted.Redacted
}

const Listed = Schema.Array(Schema.Struct({ id: SessionId, device: DeviceName, createdAt: Time, lastSeenAt: Time }))
const Owned = Schema.Array(Schema.Struct({ id: SessionId, user: UserId }))

/** How many idle sessions end in one go. */
const sweepSize = 100

/** Sessions: one for each login, until it logs out, is revoked, is idle for too long or a token of it is reused. */
export class Sessions extends Context.Service<
  Sessions,
  {
    /** Begins a session, in the transaction on `Database.write` that it is called in. */
    readonly start: (user: UserId, device: DeviceName) => Effect.Effect<Started, SqlError | Schema.SchemaError>
    /** The tokens of a session, after the commit. */
    readonly issue: (proof: Proof, refreshToken: Redacted.Redacted) => Effect.Effect<Tokens>
    /** Who calls with this access token. */
    readonly verify: (
      accessToken: Redacted.Redacted,
    ) => Effect.Effect<
      { readonly current: CurrentSession["Service"]; readonly expiresAt: number },
      Unauthenticated | StorageUnavailable
    >
    readonly refresh: (refreshToken: Redacted.Redacted) => Effect.Effect<Tokens, Unauthenticated | StorageUnavailable>
    readonly list: (current: Proof) => Effect.Effect<ReadonlyArray<ListedSession>, StorageUnavailable>
    /** Ends a session of a user, and its connections. One that has ended stays as it is. */
    readonly end: (
      proof: Proof,
      reason: "logout" | "revoked",
    ) => Effect.Effect<void, SessionNotFound | StorageUnavailable>
    /** Ends every session of a user but this one, in the transaction on `Database.write` that it is called in. */
    readonly endAll: (
      user: UserId,
      options: { readonly except?: SessionId; readonly actor: UserId | null; readonly reason: SessionEndReason },
    ) => Effect.Effect<void, SqlError | Schema.SchemaError>
    readonly endedAmong: LiveSessions["Service"]["endedAmong"]
    readonly isLive: LiveSessions["Service"]["isLive"]
  }
>()("@chat/server/sessions/Sessions") {
  static readonly layerNoDeps = Layer.effect(
    Sessions,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const { sessionLifetime } = yield* ServerConfig
      const logs = yield* Logs
      const hub = yield* Hub
      const audit = yield* Audit
      const accessTokens = yield* AccessTokens
      const refreshTokens = yield* RefreshTokens
      const live = yield* LiveSessions
      const random = yield* SecureRandom.SecureRandom
      const idleSince = (now: Date) => new Date(now.getTime() - Duration.toMillis(sessionLifetime))

      const start = Effect.fn("Sessions.start")(function* (user: UserId, device: DeviceName) {
        const id = SessionId.make(yield* random.uuidV7())
        const now = yield* DateTime.nowAsDate
        yield* sql`INSERT INTO sessions (id, user_id, device, created_at, last_seen_at)
          VALUES (${id}, ${user}, ${device}, ${now}, ${now})`
        const refreshToken = yield* refreshTokens.first(id, now)
        const session = Session.make({ id, device, createdAt: Timestamp.make(now.toISOString()) })
        yield* logs.append({ log: accountLog(user), actor: user, type: "SessionStarted", data: { session } })
        return { session, refreshToken }
      })

      const issue = Effect.fn("Sessions.issue")(function* (proof: Proof, refreshToken: Redacted.Redacted) {
        const { token, expiresAt } = yield* accessTokens.issue(proof)
        return {
          accessToken: Redacted.value(token),
          accessExpiresAt: expiresAt,
          refreshToken: Redacted.value(refreshToken),
        }
      })

      const verify = Effect.fnUntraced(function* (accessToken: Redacted.Redacted) {
        const proof = yield* accessTokens.verify(accessToken)
        const current = yield* live.get(proof.session)
        if (current === undefined) return yield* new Unauthenticated({ reason: "ended" })
        if (current.user !== proof.user) return yield* new Unauthenticated({ reason: "invalid" })
        return { current, expiresAt: proof.expiresAt }
      })

      // Inside a transaction. Whether it was this that ended it: of several that try, one does.
      const endNow = Effect.fnUntraced(function* (
        { user, session }: Proof,
        reason: SessionEndReason,
        actor: UserId | null = reason === "logout" || reason === "revoked" ? user : null,
      ) {
        const now = yield* DateTime.nowAsDate
        const ended = yield* sql`UPDATE sessions SET ended_at = ${now}, end_reason = ${reason}
          WHERE id = ${session} AND user_id = ${user} AND ended_at IS NULL RETURNING id`
        if (ended.length === 0) return false
        yield* logs.append({ log: accountLog(user), actor, type: "SessionEnded", data: { session, reason } })
        yield* sql.afterCommit(
          Effect.suspend(() => {
            live.markEnded(session)
            return hub.publish({ _tag: "SessionOver", session })
          }),
        )
        return true
      })

      const endAll = Effect.fn("Sessions.endAll")(function* (
        user: UserId,
        options: { readonly except?: SessionId; readonly actor: UserId | null; readonly reason: SessionEndReason },
      ) {
        const rows = yield* sql`SELECT id, user_id AS user FROM sessions
          WHERE user_id = ${user} AND ended_at IS NULL ORDER BY id`
        for (const { id } of yield* Schema.decodeUnknownEffect(Owned)(rows)) {
          if (id !== options.except) yield* endNow({ user, session: id }, options.reason, options.actor)
        }
      })

      const renew = Effect.fnUntraced(function* (token: Redacted.Redacted) {
        const presented = yield* refreshTokens.present(token, yield* DateTime.nowAsDate)
        switch (presented._tag) {
          case "Idle":
            yield* endNow(presented, "expired")
            break
          case "Reused":
            yield* endNow(presented, "reuse")
            yield* audit.record("refresh-reuse", { account: presented.user, session: presented.session })
            break
        }
        return presented
      }, sql.withTransaction)

      const refresh = Effect.fn("Sessions.refresh")(function* (token: Redacted.Redacted) {
        const presented = yield* orUnavailable(renew(token))
        if (presented._tag === "Renewed") return yield* issue(presented, presented.token)
        return yield* new Unauthenticated({ reason: presented._tag === "Unknown" ? "invalid" : "ended" })
      })

      const list = Effect.fn("Sessions.list")(function* (current: Proof) {
        const rows = yield* read`SELECT id, device, created_at AS "createdAt", last_seen_at AS "lastSeenAt"
          FROM sessions WHERE user_id = ${current.user} AND ended_at IS NULL
            AND (last_seen_at > ${idleSince(yield* DateTime.nowAsDate)} OR id = ${current.session})
          ORDER BY created_at DESC, id DESC`
        const sessions = yield* Schema.decodeUnknownEffect(Listed)(rows)
        return sessions.map((session) => ListedSession.make({ ...session, current: session.id === current.session }))
      }, orUnavailable)

      const end = Effect.fn("Sessions.end")(
        function* (proof: Proof, reason: "logout" | "revoked") {
          const { user, session } = proof
          if (yield* endNow(proof, reason)) {
            return yield* audit.record(reason === "logout" ? "logout" : "revocation", { account: user, session })
          }
          const known = yield* sql`SELECT FROM sessions WHERE id = ${session} AND user_id = ${user}`
          if (known.length === 0) return yield* new SessionNotFound({ session })
        },
        sql.withTransaction,
        orUnavailable,
      )

      const sweep = Effect.gen(function* () {
        const now = yield* DateTime.nowAsDate
        yield* refreshTokens.prune(now)
        const rows = yield* sql`SELECT id, user_id AS user FROM sessions
          WHERE ended_at IS NULL AND last_seen_at <= ${idleSince(now)} LIMIT ${sweepSize}`
        for (const { id, user } of yield* Schema.decodeUnknownEffect(Owned)(rows)) {
          yield* sql.withTransaction(endNow({ user, session: id }, "expired"))
        }
      }).pipe(
        orUnavailable,
        Effect.catch(() => Effect.logWarning("Idle sessions could not be ended: the database does not answer")),
        Effect.delay("10 minutes"),
      )

      yield* Effect.forkScoped(rounds("idle sessions could not be ended", sweep))
      return Sessions.of({
        start,
        issue,
        verify,
        refresh,
        list,
        end,
        endAll,
        endedAmong: live.endedAmong,
        isLive: live.isLive,
      })
    }),
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([AccessTokens.layer, RefreshTokens.layer, LiveSessions.layer, SecureRandom.layerWebCrypto]),
  )
}
