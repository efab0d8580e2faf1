import { CapacityExceeded, WeakPassword } from "@chat/domain/Errors"
import Argon2 from "@node-rs/argon2"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { ServerConfig } from "../config/ServerConfig.ts"

const shortest = 8
const longest = 128

/** How many wait for a hash before the next is refused: about a second of work. */
const maxWaiting = 64

/** What a stored hash says of a password. `outdated`: it is right, and the hash is of other parameters than today's. */
export type Verdict = "right" | "outdated" | "wrong"

/** Passwords, hashed with Argon2id; few at a time, because each takes memory and a core. */
export class Passwords extends Context.Service<
  Passwords,
  {
    /** Refuses a password that is too short, too long or among the most common ones. */
    readonly check: (password: Redacted.Redacted) => Effect.Effect<void, WeakPassword>
    readonly hash: (password: Redacted.Redacted) => Effect.Effect<string, CapacityExceeded>
    /** One hash, also where there is none to compare with: nobody learns from the time it takes who has an account. */
    readonly verifyOrWaste: (
      hash: string | undefined,
      password: Redacted.Redacted,
    ) => Effect.Effect<Verdict, CapacityExceeded>
  }
>()("@chat/server/passwords/Passwords") {
  static readonly layer = Layer.effect(
    Passwords,
    Effect.gen(function* () {
      const { argon2 } = yield* ServerConfig
      const options = {
        memoryCost: argon2.memory,
        timeCost: argon2.passes,
        parallelism: argon2.parallelism,
      } satisfies Argon2.Options
      const permits = yield* Semaphore.make(argon2.concurrency)
      let waiting = 0

      // A hash that has begun runs to its end on its thread, whoever still wants it: until then it counts.
      const compute = <A>(run: () => Promise<A>): Effect.Effect<A, CapacityExceeded> =>
        Effect.suspend(() => {
          if (waiting >= maxWaiting + argon2.concurrency) {
            return Effect.fail(new CapacityExceeded({ resource: "waiting logins", limit: maxWaiting }))
          }
          waiting++
          return permits
            .withPermit(Effect.uninterruptible(Effect.promise(run)))
            .pipe(Effect.ensuring(Effect.sync(() => waiting--)))
        })

      const check = (password: Redacted.Redacted) =>
        Effect.suspend(() => {
          const text = Redacted.value(password)
          const { length } = [...text]
          if (length < shortest) return Effect.fail(new WeakPassword({ reason: "short" }))
          if (length > longest) return Effect.fail(new WeakPassword({ reason: "long" }))
          return commonPasswords().has(text.toLowerCase())
            ? Effect.fail(new WeakPassword({ reason: "common" }))
            : Effect.void
        })

      const hash = Effect.fn("Passwords.hash")((password: Redacted.Redacted) =>
        compute(() => Argon2.hash(Redacted.value(password), options)),
      )

      const nobody = hashOfNothing(options)
      const verifyOrWaste = Effect.fn("Passwords.verifyOrWaste")(function* (
        stored: string | undefined,
        password: Redacted.Redacted,
      ) {
        const right = yield* compute(() => Argon2.verify(stored ?? nobody, Redacted.value(password)))
        if (stored === undefined || !right) return "wrong"
        const { memoryCost, timeCost, parallelism } = Argon2.parseOptions(stored)
        const current =
          memoryCost === options.memoryCost && timeCost === options.timeCost && parallelism === options.parallelism
        return current ? "right" : "outdated"
      })

      return Passwords.of({ check, hash, verifyOrWaste })
    }),
  )
}

let common: ReadonlySet<string> | undefined
// The 5,000 most common of at least 8 characters among the passwords of zxcvbn 4.4.2 (MIT licence), read when first needed.
const commonPasswords = (): ReadonlySet<string> =>
  (common ??= new Set(
    readFileSync(new URL("commonPasswords.txt", import.meta.url), "utf8")
      .trim()
      .split("\n"),
  ))

// What no password has been found to give, in the PHC string format: comparing with it costs what any comparison costs.
const hashOfNothing = ({
  memoryCost,
  timeCost,
  parallelism,
}: Required<Pick<Argon2.Options, "memoryCost" | "timeCost" | "parallelism">>) => {
  const random = (bytes: number) => randomBytes(bytes).toString("base64").replaceAll("=", "")
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${random(16)}$${random(32)}`
}
