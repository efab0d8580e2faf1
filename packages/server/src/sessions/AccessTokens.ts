import { Unauthenticated } from "@chat/domain/Errors"
import { SessionId, UserId } from "@chat/domain/Ids"
import { Timestamp } from "@chat/domain/Values"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { JWTExpired } from "jose/errors"
import { SignJWT } from "jose/jwt/sign"
import { jwtVerify } from "jose/jwt/verify"
import { hash } from "node:crypto"
import { ServerConfig } from "../config/ServerConfig.ts"
import { BoundedMap } from "../limits/BoundedMap.ts"
import { Keys } from "./Keys.ts"

const algorithm = "EdDSA"
const audience = "chat"
const type = "at+jwt"

/** For clocks of nodes that do not agree to the second. */
const clockTolerance = 5

const maxCached = 20_000

const Claims = Schema.Struct({ sub: UserId, sid: SessionId, exp: Schema.Int })
const decodeClaims = Schema.decodeUnknownEffect(Claims)

/** What a valid access token says. */
export interface Proof {
  readonly user: UserId
  readonly session: SessionId
}

/** What holds until then, in milliseconds of the clock. */
export interface DatedProof extends Proof {
  readonly expiresAt: number
}

// A signature is 64 bytes, the last character of which has 4 bits to spare: with them zero, there is one form of it.
const form = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/u

/** Access tokens: JWTs (RFC 9068) that prove a session for some minutes. */
export class AccessTokens extends Context.Service<
  AccessTokens,
  {
    readonly issue: (
      proof: Proof,
    ) => Effect.Effect<{ readonly token: Redacted.Redacted; readonly expiresAt: Timestamp }>
    /** Whether the token is ours and has not expired; whether its session lives on is another question. */
    readonly verify: (token: Redacted.Redacted) => Effect.Effect<DatedProof, Unauthenticated>
  }
>()("@chat/server/sessions/AccessTokens") {
  static readonly layer = Layer.effect(
    AccessTokens,
    Effect.gen(function* () {
      const { publicUrl, accessTokenLifetime } = yield* ServerConfig
      const { privateKey, publicKey, published } = yield* Keys
      const issuer = publicUrl ?? "chat"
      const known = new BoundedMap<string, DatedProof>(maxCached)

      const issue = Effect.fn("AccessTokens.issue")(function* ({ user, session }: Proof) {
        const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        const expires = now + Math.floor(Duration.toSeconds(accessTokenLifetime))
        const jwt = new SignJWT({ sid: session })
          .setProtectedHeader({ alg: algorithm, kid: published.kid, typ: type })
          .setIssuer(issuer)
          .setAudience(audience)
          .setSubject(user)
          .setIssuedAt(now)
          .setExpirationTime(expires)
        const token = yield* Effect.promise(() => jwt.sign(privateKey))
        return { token: Redacted.make(token), expiresAt: timestamp(expires * 1000) }
      })

      const check = Effect.fnUntraced(function* (token: string, now: number) {
        if (!form.test(token)) return yield* invalid
        const { payload, protectedHeader } = yield* Effect.tryPromise({
          try: () =>
            jwtVerify(token, publicKey, {
              algorithms: [algorithm],
              issuer,
              audience,
              typ: type,
              requiredClaims: ["sub", "sid", "exp"],
              clockTolerance,
              currentDate: dateOf(now),
            }),
          catch: (cause) => (cause instanceof JWTExpired ? expired : invalid),
        })
        if (protectedHeader.kid !== published.kid) return yield* invalid
        const { sub, sid, exp } = yield* Effect.mapError(decodeClaims(payload), () => invalid)
        return { user: sub, session: sid, expiresAt: (exp + clockTolerance) * 1000 }
      })

      const verify = Effect.fnUntraced(function* (token: Redacted.Redacted) {
        const text = Redacted.value(token)
        const now = yield* Clock.currentTimeMillis
        const key = hash("sha256", text, "base64url")
        const cached = known.get(key)
        if (cached !== undefined) return now < cached.expiresAt ? cached : yield* expired
        const proof = yield* check(text, now)
        known.set(key, proof)
        return proof
      })

      return AccessTokens.of({ issue, verify })
    }),
  )
}

const dateOf = (millis: number) => new Date(millis)
const timestamp = (millis: number) => Timestamp.make(dateOf(millis).toISOString())

const invalid = new Unauthenticated({ reason: "invalid" })
const expired = new Unauthenticated({ reason: "expired" })
