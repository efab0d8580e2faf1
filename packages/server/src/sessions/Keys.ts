import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { calculateJwkThumbprint } from "jose/jwk/thumbprint"
import { hkdfSync, webcrypto } from "node:crypto"
import { resolveSigningKey } from "../config/keyFile.ts"

/** What anybody needs to verify an access token: a JSON Web Key (RFC 8037). */
export interface PublicKey {
  readonly kty: "OKP"
  readonly crv: "Ed25519"
  readonly x: string
  readonly kid: string
  readonly alg: "EdDSA"
  readonly use: "sig"
}

/** The keys of the server, all of them from its one signing key. */
export class Keys extends Context.Service<
  Keys,
  {
    readonly privateKey: webcrypto.CryptoKey
    readonly publicKey: webcrypto.CryptoKey
    /** The public key as others get it. */
    readonly published: PublicKey
    /** Makes the successor of a refresh token. */
    readonly refreshKey: Redacted.Redacted<Uint8Array>
    /** Makes the token of a link into a room. */
    readonly inviteKey: Redacted.Redacted<Uint8Array>
  }
>()("@chat/server/sessions/Keys") {
  static readonly layer = Layer.effect(
    Keys,
    Effect.gen(function* () {
      const signingKey = Redacted.value(yield* resolveSigningKey)
      const { kty, crv, x, d } = signingKey
      const importKey = (jwk: webcrypto.JsonWebKey, usage: "sign" | "verify") =>
        Effect.promise(() => webcrypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, [usage]))
      const privateKey = yield* importKey(signingKey, "sign")
      const publicKey = yield* importKey({ kty, crv, x }, "verify")
      // RFC 7638: the same key has the same name everywhere.
      const kid = yield* Effect.promise(() => calculateJwkThumbprint({ kty, crv, x }))
      const derive = (purpose: string) =>
        Redacted.make(new Uint8Array(hkdfSync("sha256", Buffer.from(d, "base64url"), "", purpose, 32)))
      return Keys.of({
        privateKey,
        publicKey,
        published: { kty, crv, x, kid, alg: "EdDSA", use: "sig" },
        refreshKey: derive("chat: successors of refresh tokens"),
        inviteKey: derive("chat: links into rooms"),
      })
    }),
  )
}
