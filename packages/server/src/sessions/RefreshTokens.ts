import { SessionId, UserId } from "@chat/domain/Ids"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { createHash, createHmac, randomBytes } from "node:crypto"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Database } from "../storage/Database.ts"
import { Keys } from "./Keys.ts"

const hashOf = (token: Redacted.Redacted): string => createHash("sha256").update(Redacted.value(token)).digest("hex")

/** The times that decide what becomes of a refresh token that is presented. */
export interface TokenUse {
  readonly usedAt: Date | null
  /** Whether there is still a row of its successor, and if so when that was used. */
  readonly successor: { readonly usedAt: Date | null } | undefined
}

/**
 * A token that was used already may be one whose answer was lost, or one that was stolen. As long as nobody has used the
 * successor, or only just, it gets the same successor again; later it is a reuse (RFC 9700, section 4.14.2).
 */
export const decide = (
  { usedAt, successor }: TokenUse,
  now: Date,
  grace: Duration.Duration,
): "rotate" | "repeat" | "reuse" => {
  if (usedAt === null) return "rotate"
  if (successor === undefined) return "reuse"
  if (successor.usedAt === null) return "repeat"
  return now.getTime() - successor.usedAt.getTime() <= Duration.toMillis(grace) ? "repeat" : "reuse"
}

/** What became of a refresh token that was presented. */
export type Presented =
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Ended" }
  | { readonly _tag: "Idle" | "Reused"; readonly user: UserId; readonly session: SessionId }
  | {
      readonly _tag: "Renewed"
      readonly user: UserId
      readonly session: SessionId
      readonly token: Redacted.Redacted
    }

const Owner = Schema.Array(
  Schema.Struct({
    user: UserId,
    session: SessionId,
    ended: Schema.Boolean,
    lastSeenAt: Schema.Date,
  }),
)

const Token = Schema.Array(
  Schema.Struct({
    usedAt: Schema.NullOr(Schema.Date),
    hasSuccessor: Schema.Boolean,
    successorUsedAt: Schema.NullOr(Schema.Date),
  }),
)

/** How long a used token is still recognised as one, once its successor was used too. */
const remembered = Duration.toMillis("1 day")
const forgetBefore = (now: Date) => new Date(now.getTime() - remembered)

/**
 * Refresh tokens: 256 random bits, of which the hash is stored. All methods run in the transaction on `Database.write`
 * that they are called in.
 */
export class RefreshTokens extends Context.Service<
  RefreshTokens,
  {
    /** The first token of a session. */
    readonly first: (session: SessionId, now: Date) => Effect.Effect<Redacted.Redacted, SqlError>
    /** Changes a token for its successor, under the lock of its session. Ending the session is left to the caller. */
    readonly present: (token: Redacted.Redacted, now: Date) => Effect.Effect<Presented, SqlError | Schema.SchemaError>
    /** Forgets what can decide nothing any more. */
    readonly prune: (now: Date) => Effect.Effect<void, SqlError>
  }
>()("@chat/server/sessions/RefreshTokens") {
  static readonly layer = Layer.effect(
    RefreshTokens,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const { refreshGrace, sessionLifetime } = yield* ServerConfig
      const { refreshKey } = yield* Keys

      // Made from the token and a key that is not in the database: it need not be stored to be given again.
      const successorOf = (token: Redacted.Redacted) =>
        Redacted.make(
          createHmac("sha256", Redacted.value(refreshKey)).update(Redacted.value(token)).digest("base64url"),
        )

      const store = (session: SessionId, token: Redacted.Redacted, now: Date) =>
        sql`INSERT INTO refresh_tokens (hash, session_id, created_at)
          VALUES (decode(${hashOf(token)}, 'hex'), ${session}, ${now})`

      const first = Effect.fnUntraced(function* (session: SessionId, now: Date) {
        const token = Redacted.make(randomBytes(32).toString("base64url"))
        yield* store(session, token, now)
        return token
      })

      const present = Effect.fnUntraced(function* (token: Redacted.Redacted, now: Date) {
        const hash = hashOf(token)
        // The session is locked first, so that of two that present tokens of it the second sees what the first did.
        const owners = yield* sql`SELECT id AS session, user_id AS user, ended_at IS NOT NULL AS ended,
            last_seen_at AS "lastSeenAt"
          FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = decode(${hash}, 'hex'))
          FOR UPDATE`
        const [owner] = yield* Schema.decodeUnknownEffect(Owner)(owners)
        if (owner === undefined) return { _tag: "Unknown" } as const
        if (owner.ended) return { _tag: "Ended" } as const
        const { user, session, lastSeenAt } = owner
        if (now.getTime() - lastSeenAt.getTime() > Duration.toMillis(sessionLifetime)) {
          return { _tag: "Idle", user, session } as const
        }
        const rows = yield* sql`SELECT t.used_at AS "usedAt", s.hash IS NOT NULL AS "hasSuccessor",
            s.used_at AS "successorUsedAt"
          FROM refresh_tokens t LEFT JOIN refresh_tokens s ON s.hash = t.successor
          WHERE t.hash = decode(${hash}, 'hex')`
        const [found] = yield* Schema.decodeUnknownEffect(Token)(rows)
        // Forgotten just now.
        if (found === undefined) return { _tag: "Unknown" } as const
        const { usedAt, hasSuccessor, successorUsedAt } = found
        const successor = successorOf(token)
        const use = { usedAt, successor: hasSuccessor ? { usedAt: successorUsedAt } : undefined }
        const decision = decide(use, now, refreshGrace)
        if (decision === "reuse") return { _tag: "Reused", user, session } as const
        if (decision === "rotate") {
          yield* store(session, successor, now)
          yield* sql`UPDATE refresh_tokens SET used_at = ${now}, successor = decode(${hashOf(successor)}, 'hex')
            WHERE hash = decode(${hash}, 'hex')`
        }
        yield* sql`UPDATE sessions SET last_seen_at = greatest(last_seen_at, ${now}) WHERE id = ${session}`
        return { _tag: "Renewed", user, session, token: successor } as const
      })

      const prune = Effect.fnUntraced(function* (now: Date) {
        yield* sql`DELETE FROM refresh_tokens t USING refresh_tokens s
          WHERE s.hash = t.successor AND s.used_at < ${forgetBefore(now)}`
        yield* sql`DELETE FROM refresh_tokens t USING sessions s WHERE s.id = t.session_id AND s.ended_at < ${forgetBefore(now)}`
      })

      return RefreshTokens.of({ first, present, prune })
    }),
  )
}
