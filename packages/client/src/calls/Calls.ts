/**
 * Typed calls that see themselves through: the token is added, and renewed when the server says that it has expired; a
 * call whose answer was lost is made again where that is safe, until its deadline.
 */
import { type CallError, type TooLarge, Unauthenticated } from "@chat/domain/Errors"
import type { UserId } from "@chat/domain/Ids"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Disconnected, type ClientError } from "../Errors.ts"
import { when } from "../Observable.ts"
import type { RenewError, Session } from "../session/Session.ts"
import type { Credentials } from "../session/TokenStore.ts"
import * as Codec from "../wire/Codec.ts"
import type { Request } from "../wire/Link.ts"
import { Lost } from "../wire/Transport.ts"
import { backOff } from "./backOff.ts"

export type { CallTag, Payload, Success } from "../wire/Codec.ts"

export interface CallOptions {
  /** How long the call may take, with every repetition and every wait for a connection. 30 seconds unless told. */
  readonly deadline?: Duration.Input
  /** Called each time that the call goes out; before, it cannot have had an effect. */
  readonly onSent?: () => void
  /**
   * In whose name: whoever is signed in when the call begins, unless told. Once somebody else is signed in, it fails with
   * `Unauthenticated`: a call never goes out in the name of another.
   */
  readonly account?: UserId
}

/** What a call can fail with: its own refusals, those of every call, and what happens on the way. */
export type CallFailure<Tag extends Codec.CallTag> =
  | Codec.Refusal<Tag>
  | CallError
  | TooLarge
  | Unauthenticated
  | ClientError

/**
 * Makes one call of the contract. A payload that is not of the contract's form fails with `BadRequest` and is not sent.
 * All calls but `LogIn` and `LogOut` have the same effect however often they are made, because they only read or carry
 * an id; they are made again when their answer is lost. A refusal is an answer too: it is not called again.
 */
export type Call = <const Tag extends Codec.CallTag>(
  tag: Tag,
  payload: Codec.Payload<Tag>,
  options?: CallOptions,
) => Effect.Effect<Codec.Success<Tag>, CallFailure<Tag>>

/**
 * Sends a call once and waits for its encoded exit. It may wait for a connection as long as it takes; `onSent` is called
 * when the call goes out. What the transport cannot carry is `TooLarge`, and not sent.
 */
export type Send = (request: Request, onSent: () => void) => Effect.Effect<unknown, Lost | TooLarge>

const open: ReadonlySet<string> = new Set(["Hello", "SignUp", "LogIn", "ResetPassword", "Refresh"])
const unrepeatable: ReadonlySet<string> = new Set(["LogIn", "LogOut"])
const defaultDeadline = Duration.seconds(30)
const maxRenewals = 3

export interface Options {
  readonly session: Session
  readonly send: Send
  /** After so many failures in a row, or if nothing answers at all, it is given up before the deadline. */
  readonly attempts?: number
}

export const make =
  ({ session, send, attempts }: Options): Call =>
  (tag, payload, { deadline = defaultDeadline, onSent, account } = {}) =>
    Effect.suspend(() => {
      const owner = account ?? session.credentials.get()?.account.id
      let sent = false
      let lost = new Lost({ detail: "no connection" })
      const disconnected = () => new Disconnected({ outcome: sent ? "unknown" : "notSent", detail: lost.detail })
      const isFinal = (failures: number, out: boolean) =>
        (out && unrepeatable.has(tag)) || (attempts !== undefined && (failures >= attempts || lost.refused === true))

      const run = Effect.gen(function* () {
        const encoded = yield* Codec.encode(tag, payload)
        for (let failures = 1; ; failures++) {
          let out = false
          const sendWith = (token: string | undefined) =>
            send({ tag, payload: encoded, token }, () => {
              out = true
              onSent?.()
            })
          const answer = yield* Effect.catchIf(authorized(session, owner, tag, sendWith), isLost, Effect.succeed)
          if (!isLost(answer)) return answer
          lost = answer
          sent ||= out && answer.refused !== true
          if (isFinal(failures, out)) return yield* disconnected()
          yield* backOff(failures)
        }
      })
      return Effect.timeoutOrElse(run, { duration: deadline, orElse: () => Effect.fail(disconnected()) })
      // `Exclude<Refusal<Tag> | ..., Lost>` stays unresolved for an open `Tag`; no refusal is a `Lost`.
    }) as Effect.Effect<Codec.Success<typeof tag>, CallFailure<typeof tag>>

type Failure<Tag extends Codec.CallTag> = Codec.Refusal<Tag> | TooLarge | RenewError | Unauthenticated

// Sends with a token that the server takes.
const authorized = <Tag extends Codec.CallTag>(
  session: Session,
  owner: UserId | undefined,
  tag: Tag,
  sendWith: (token: string | undefined) => Effect.Effect<unknown, Lost | TooLarge>,
): Effect.Effect<Codec.Success<Tag>, Failure<Tag>> =>
  Effect.gen(function* () {
    for (let renewals = 0; ; renewals++) {
      const token = open.has(tag) ? undefined : yield* tokenOf(session, owner)
      // It may wait for a connection until somebody else has signed in, whose connection that is.
      const sent = token === undefined ? sendWith(token) : Effect.raceFirst(sendWith(token), supplanted(session, owner))
      const answer = Codec.decode(tag, yield* sent)
      if (answer === "interrupted") return yield* new Lost({ detail: "the server ends" })
      const refusal = Codec.refusalOf(answer)
      if (token === undefined || !(refusal instanceof Unauthenticated) || renewals === maxRenewals) return yield* answer
      if (refusal.reason !== "expired") {
        yield* session.refuse(token, refusal.reason)
        return yield* answer
      }
      yield* session.renew(token)
    }
  })

const tokenOf = (session: Session, owner: UserId | undefined): Effect.Effect<string, Unauthenticated> =>
  Effect.suspend(() =>
    isOther(owner)(session.credentials.get()) ? Effect.fail(new Unauthenticated({ reason: "missing" })) : session.token,
  )

const supplanted = (session: Session, owner: UserId | undefined): Effect.Effect<never, Unauthenticated> =>
  Effect.andThen(when(session.credentials, isOther(owner)), Effect.fail(new Unauthenticated({ reason: "missing" })))

const isOther =
  (owner: UserId | undefined) =>
  (now: Credentials | null): now is Credentials =>
    now !== null && now.account.id !== owner

const isLost = (value: unknown): value is Lost => value instanceof Lost
