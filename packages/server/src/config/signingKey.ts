import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto"

/** An Ed25519 private key as a JWK. */
export const SigningKey = Schema.Struct({
  kty: Schema.Literal("OKP"),
  crv: Schema.Literal("Ed25519"),
  x: Schema.String,
  d: Schema.String,
})
export type SigningKey = typeof SigningKey.Type

const fromJson = Schema.decodeUnknownOption(Schema.fromJsonString(SigningKey))

// A key whose halves do not belong together would sign what nobody can verify.
const isPair = (jwk: SigningKey): boolean => {
  try {
    return createPublicKey(createPrivateKey({ key: { ...jwk }, format: "jwk" })).export({ format: "jwk" }).x === jwk.x
  } catch {
    return false
  }
}

const parse = (text: string): Option.Option<SigningKey> =>
  fromJson(text).pipe(
    Option.orElse(() => fromJson(Buffer.from(text.trim(), "base64url").toString("utf8"))),
    Option.filter(isPair),
  )

export const signingKey = { parse, allowed: "an Ed25519 private key as a JWK, in JSON or its base64url" }

export const generateSigningKey = (): SigningKey => {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })
  return Schema.decodeUnknownSync(SigningKey)(jwk)
}
