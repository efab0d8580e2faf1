import type { Unauthenticated } from "@chat/domain/Errors"
import { SessionId, UserId } from "@chat/domain/Ids"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { generateSigningKey } from "../../src/config/signingKey.ts"
import { AccessTokens } from "../../src/sessions/AccessTokens.ts"
import { Keys } from "../../src/sessions/Keys.ts"
import { SettableClock } from "./settableClock.ts"

const signingKey = generateSigningKey()
const privateKey = createPrivateKey({ key: { ...signingKey }, format: "jwk" })
const tokens = AccessTokens.layer.pipe(
  Layer.provideMerge(Keys.layer),
  Layer.provide(
    ServerConfig.layerTest({ signingKey: Redacted.make(signingKey), publicUrl: "https://chat.example.org" }),
  ),
)

const user = UserId.make(randomUUID())
const session = SessionId.make(randomUUID())
const start = 1_800_000_000_000

type Part = Record<string, unknown>

const encode = (part: Part | string | Buffer) =>
  Buffer.from(typeof part === "string" || Buffer.isBuffer(part) ? part : JSON.stringify(part)).toString("base64url")
const decode = (part: string | undefined): Part => JSON.parse(Buffer.from(part ?? "", "base64url").toString())

const signed = (header: Part, payload: Part, key: KeyObject = privateKey) => {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${encode(sign(null, Buffer.from(input), key))}`
}

/** A token that is right, in its parts. */
const issued = Effect.gen(function* () {
  const { issue } = yield* AccessTokens
  const { token } = yield* issue({ user, session })
  const [header, payload, signature] = Redacted.value(token).split(".")
  return { token: Redacted.value(token), header: decode(header), payload: decode(payload), signature }
})

const verify = (token: string) =>
  Effect.result(AccessTokens.use(({ verify }) => verify(Redacted.make(token)))).pipe(
    Effect.map((result) => (result._tag === "Success" ? "accepted" : result.failure.reason)),
  )

const without = (part: Part, name: string): Part =>
  Object.fromEntries(Object.entries(part).filter(([key]) => key !== name))

describe("access tokens", () => {
  const test = (
    name: string,
    effect: (clock: SettableClock) => Effect.Effect<void, Unauthenticated, AccessTokens | Keys>,
  ) =>
    it.live(name, () => {
      const clock = new SettableClock(start)
      return clock.at(effect(clock)).pipe(Effect.provide(tokens))
    })

  test("say whose session it is", () =>
    Effect.gen(function* () {
      const { token, header, payload } = yield* issued
      const { published } = yield* Keys
      assert.deepStrictEqual(header, { alg: "EdDSA", kid: published.kid, typ: "at+jwt" })
      assert.deepStrictEqual(payload, {
        iss: "https://chat.example.org",
        aud: "chat",
        sub: user,
        sid: session,
        iat: start / 1000,
        exp: start / 1000 + 900,
      })
      const proof = yield* AccessTokens.use(({ verify }) => verify(Redacted.make(token)))
      assert.strictEqual(proof.user, user)
      assert.strictEqual(proof.session, session)
      // The way that the mutants below are signed is one that is accepted.
      assert.strictEqual(yield* verify(signed(header, payload)), "accepted")
    }))

  test("expire, also when they were seen before", (clock) =>
    Effect.gen(function* () {
      const { token, header, payload } = yield* issued
      assert.strictEqual(yield* verify(token), "accepted")
      clock.advance(900_000 + 4_999)
      assert.strictEqual(yield* verify(token), "accepted")
      clock.advance(1)
      assert.strictEqual(yield* verify(token), "expired")
      assert.strictEqual(yield* verify(signed(header, payload)), "expired")
    }))

  test("are refused with any header but ours", () =>
    Effect.gen(function* () {
      const { header, payload } = yield* issued
      const { published } = yield* Keys
      const mutants: ReadonlyArray<Part> = [
        { ...header, alg: "none" },
        { ...header, alg: "HS256" },
        { ...header, alg: "ES256" },
        { ...header, alg: "EdDsa" },
        { ...header, alg: "Ed25519" },
        without(header, "alg"),
        { ...header, typ: "JWT" },
        { ...header, typ: "rt+jwt" },
        without(header, "typ"),
        { ...header, kid: "another" },
        without(header, "kid"),
        { ...header, crit: ["exp"] },
        { ...header, crit: ["x"], x: 1 },
        { ...header, b64: false, crit: ["b64"] },
        { alg: "EdDSA", typ: "at+jwt", jwk: without({ ...published }, "kid") },
        { alg: "EdDSA", typ: "at+jwt", jku: "https://chat.example.org/.well-known/jwks.json" },
      ]
      for (const mutant of mutants) {
        assert.strictEqual(yield* verify(signed(mutant, payload)), "invalid", JSON.stringify(mutant))
      }
    }))

  test("are refused with any claim but ours", () =>
    Effect.gen(function* () {
      const { header, payload } = yield* issued
      const mutants: ReadonlyArray<Part> = [
        { ...payload, iss: "https://evil.example.org" },
        { ...payload, iss: "https://chat.example.org/" },
        { ...payload, aud: "another" },
        { ...payload, aud: [] },
        { ...payload, aud: ["another"] },
        { ...payload, sub: "ann" },
        { ...payload, sub: user.toUpperCase() },
        { ...payload, sid: "1" },
        { ...payload, sid: 1 },
        { ...payload, exp: "soon" },
        { ...payload, exp: start / 1000 + 0.5 },
        { ...payload, nbf: start / 1000 + 60 },
        ...Object.keys(without(payload, "iat")).map((name) => without(payload, name)),
      ]
      for (const mutant of mutants) {
        assert.strictEqual(yield* verify(signed(header, mutant)), "invalid", JSON.stringify(mutant))
      }
      assert.strictEqual(yield* verify(signed(header, { ...payload, exp: start / 1000 - 6 })), "expired")
    }))

  test("are refused with any signature but ours", () =>
    Effect.gen(function* () {
      const { token, header, payload, signature } = yield* issued
      const { published } = yield* Keys
      const input = `${encode(header)}.${encode(payload)}`
      const other = generateKeyPairSync("ed25519").privateKey
      const publicBytes = Buffer.from(published.x, "base64url")
      const hmac = (algorithm: string, key: Buffer | string) => {
        const hmacInput = `${encode({ ...header, alg: algorithm })}.${encode(payload)}`
        return `${hmacInput}.${createHmac("sha256", key).update(hmacInput).digest("base64url")}`
      }
      const mutants = [
        signed(header, payload, other),
        hmac("HS256", publicBytes),
        hmac("HS256", published.x),
        hmac("HS256", JSON.stringify(published)),
        hmac("EdDSA", publicBytes),
        `${input}.`,
        input,
        `${input}.${encode(Buffer.alloc(64))}`,
        `${encode({ ...header, alg: "none" })}.${encode(payload)}.`,
        `${encode({ ...header, alg: "none" })}.${encode(payload)}.${signature}`,
        `${encode(header)}.${encode({ ...payload, sub: randomUUID() })}.${signature}`,
        `${token}=`,
        ` ${token}`,
        `${token}.`,
        "",
        "..",
      ]
      for (const mutant of mutants) assert.strictEqual(yield* verify(mutant), "invalid", mutant)
    }))

  test("are refused with any one character changed", () =>
    Effect.gen(function* () {
      const { token } = yield* issued
      for (let place = 0; place < token.length; place++) {
        for (const other of ["A", "B", "_", "=", "."]) {
          const mutant = token.slice(0, place) + other + token.slice(place + 1)
          if (mutant !== token) assert.strictEqual(yield* verify(mutant), "invalid", mutant)
        }
      }
      // The last character has 4 bits that a careless reader drops.
      for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
        const mutant = token.slice(0, -1) + last
        if (mutant !== token) assert.strictEqual(yield* verify(mutant), "invalid", mutant)
      }
    }))
})
