import { RateLimited } from "@chat/domain/Errors"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Meters } from "../meters/Meters.ts"
import { TokenBuckets } from "./TokenBuckets.ts"
import { addressKey, isLocal } from "./ClientAddress.ts"

/** An attempt to log in. */
export interface LoginAttempt {
  /** The name or address of the account as it was given, whether or not there is such an account. */
  readonly login: string
  readonly address: string
  /** The owner of the account has signed in from this address before. */
  readonly familiar: boolean
}

/** An attempt to come into a room with a password. */
export interface RoomAttempt {
  readonly account: UserId
  readonly room: ConversationId
  readonly address: string
}

interface Bucket {
  /** As people read it in `RateLimited`. */
  readonly name: string
  readonly limit: number
  readonly window: Duration.Duration
}

/** What is left of a limit, and in how many milliseconds it will be whole again. */
export interface Allowance {
  readonly limit: number
  readonly remaining: number
  readonly resetAfter: number
}

/** How fast anybody may do anything; over it, `RateLimited` says when to try again. */
export class RateLimits extends Context.Service<
  RateLimits,
  {
    readonly message: (user: UserId) => Effect.Effect<void, RateLimited>
    /** The same at once; false: there is nothing left, and nothing has been taken. */
    readonly tryMessage: (user: UserId) => boolean
    /** Gives it back: the message is to be paid for in the usual way. */
    readonly returnMessage: (user: UserId) => void
    /** Any call of somebody who is signed in, but a message. */
    readonly call: (user: UserId) => Effect.Effect<void, RateLimited>
    /** Any REST request of somebody who is signed in. */
    readonly rest: (user: UserId) => Effect.Effect<Allowance, RateLimited>
    readonly friendRequest: (user: UserId) => Effect.Effect<void, RateLimited>
    /** To a room. */
    readonly invitation: (user: UserId) => Effect.Effect<void, RateLimited>
    readonly signUp: (address: string) => Effect.Effect<void, RateLimited>
    /** Any exchange of a refresh token, also of one that is none. */
    readonly refresh: (address: string) => Effect.Effect<void, RateLimited>
    /** Any login, which costs a password hash, whatever comes of it. */
    readonly logInFrom: (address: string) => Effect.Effect<void, RateLimited>
    readonly report: (user: UserId) => Effect.Effect<void, RateLimited>
    /**
     * Takes one of the wrong passwords that an account allows. Whoever has signed in from their address before has an
     * allowance of their own there, which nobody elsewhere can use up to lock them out.
     */
    readonly guess: (attempt: LoginAttempt) => Effect.Effect<void, RateLimited>
    /** Gives it back: the password was right. */
    readonly guessedRight: (attempt: LoginAttempt) => Effect.Effect<void>
    /** Takes one of the wrong passwords that a room allows an account, and all rooms an address. */
    readonly guessRoom: (attempt: RoomAttempt) => Effect.Effect<void, RateLimited>
    /** Gives it back: the password was right. */
    readonly guessedRoomRight: (attempt: RoomAttempt) => Effect.Effect<void>
  }
>()("@chat/server/limits/RateLimits") {
  static readonly layer = Layer.effect(
    RateLimits,
    Effect.gen(function* () {
      const { rates, roomPasswords, reportsPerHour } = yield* ServerConfig
      const meters = yield* Meters
      const clock = yield* Clock.Clock
      const buckets = new TokenBuckets()

      const takeNow = ({ name, limit, window }: Bucket, key: string, tokens: number) => {
        const refill = Duration.toMillis(window) / limit
        const left = buckets.take(`${name}:${key}`, { limit, refill }, tokens, clock.currentTimeMillisUnsafe())
        /** Until so many tokens have come back. */
        const until = (tokens: number) => Math.max(0, (Math.ceil(tokens) - 1) * refill + left.nextIn)
        return { ...left, until }
      }

      const take = (bucket: Bucket, key: string, tokens = 1): Effect.Effect<Allowance, RateLimited> =>
        Effect.suspend(() => {
          const { name, limit } = bucket
          const { remaining, until } = takeNow(bucket, key, tokens)
          if (remaining >= 0) return Effect.succeed({ limit, remaining, resetAfter: until(limit - remaining) })
          meters.rateLimited(name).value++
          return Effect.fail(new RateLimited({ limit: name, retryAfter: Math.ceil(until(-remaining)) }))
        })
      const takeFrom = (bucket: Bucket, address: string, tokens = 1) =>
        isLocal(address) ? Effect.void : Effect.asVoid(take(bucket, addressKey(address), tokens))

      const messages: Bucket = {
        name: "messages",
        limit: rates.messagesBurst,
        window: Duration.seconds(rates.messagesBurst / rates.messagesPerSecond),
      }
      const calls: Bucket = { name: "calls", limit: rates.callsPerMinute, window: Duration.minutes(1) }
      const requests: Bucket = { name: "REST requests", limit: rates.restPerMinute, window: Duration.minutes(1) }
      const friendRequests: Bucket = {
        name: "friend requests",
        limit: rates.friendRequestsPerMinute,
        window: Duration.minutes(1),
      }
      const invitations: Bucket = {
        name: "invitations",
        limit: rates.invitationsPerMinute,
        window: Duration.minutes(1),
      }
      const signUps: Bucket = {
        name: "new accounts from your address",
        limit: rates.signUpsPerAddress,
        window: Duration.hours(1),
      }
      const refreshes: Bucket = {
        name: "new access tokens for your address",
        limit: rates.refreshesPerAddress,
        window: Duration.minutes(15),
      }
      const logins: Bucket = {
        name: "logins from your address",
        limit: rates.loginsPerAddress,
        window: Duration.minutes(15),
      }
      const reports: Bucket = { name: "reports", limit: reportsPerHour, window: Duration.hours(1) }
      const guesses: Bucket = {
        name: "wrong passwords for this account",
        limit: rates.loginsPerAccount,
        window: Duration.minutes(15),
      }
      const roomGuesses: Bucket = {
        name: "wrong passwords for this room",
        limit: roomPasswords.perAccount,
        window: Duration.minutes(15),
      }
      const roomGuessesFrom: Bucket = {
        name: "wrong passwords for rooms from your address",
        limit: roomPasswords.perAddress,
        window: Duration.minutes(15),
      }
      const takeRoomGuess = ({ account, room, address }: RoomAttempt, tokens: number) =>
        Effect.andThen(take(roomGuesses, `${account}/${room}`, tokens), takeFrom(roomGuessesFrom, address, tokens))
      // By what was typed, not by whose it is: the limit must not say which address belongs to which name.
      const guessKey = ({ login, address, familiar }: LoginAttempt) =>
        JSON.stringify(familiar ? [folded(login), addressKey(address)] : [folded(login)])

      return RateLimits.of({
        message: (user) => take(messages, user),
        tryMessage: (user) => takeNow(messages, user, 1).remaining >= 0,
        returnMessage: (user) => void takeNow(messages, user, -1),
        call: (user) => take(calls, user),
        rest: (user) => take(requests, user),
        friendRequest: (user) => take(friendRequests, user),
        invitation: (user) => take(invitations, user),
        signUp: (address) => takeFrom(signUps, address),
        refresh: (address) => takeFrom(refreshes, address),
        logInFrom: (address) => takeFrom(logins, address),
        report: (user) => Effect.asVoid(take(reports, user)),
        guess: (attempt) => take(guesses, guessKey(attempt)),
        // Nothing is exceeded by giving back.
        guessedRight: (attempt) => Effect.ignore(take(guesses, guessKey(attempt), -1)),
        guessRoom: (attempt) => takeRoomGuess(attempt, 1),
        guessedRoomRight: (attempt) => Effect.ignore(takeRoomGuess(attempt, -1)),
      })
    }),
  )
}

// The database takes "İ" for "i", JavaScript for "i" and a dot: without marks, one name has one form for both.
const folded = (login: string): string => login.toLowerCase().normalize("NFKD").replaceAll(/\p{M}/gu, "")
