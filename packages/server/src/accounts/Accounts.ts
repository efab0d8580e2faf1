import {
  AccountDeactivated,
  type CapacityExceeded,
  EmailTaken,
  InvalidCredentials,
  type RateLimited,
  type StorageUnavailable,
  UserNotFound,
  UsernameTaken,
  type WeakPassword,
} from "@chat/domain/Errors"
import { accountLog, CommandId, UserId } from "@chat/domain/Ids"
import type { SignedIn } from "@chat/domain/SessionRpcs"
import type { Account, Profile } from "@chat/domain/User"
import { type DeviceName, type Email, Timestamp, type Username } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SqlError from "effect/sql/SqlError"
import { Audit } from "../audit/Audit.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { RoomMembership } from "../rooms/RoomMembership.ts"
import { ClientAddress } from "../limits/ClientAddress.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Logs } from "../logs/Logs.ts"
import { type Started, Sessions } from "../sessions/Sessions.ts"
import { Database } from "../storage/Database.ts"
import { isUniqueViolation, orUnavailable } from "../storage/errors.ts"
import { profileColumns, ProfileRow, toProfile } from "../users/ProfileRow.ts"
import { readAccount } from "../users/readAccount.ts"
import { accountColumns, AccountRow, toAccount, userColumns } from "../users/UserRow.ts"
import { Passwords } from "../passwords/Passwords.ts"
import { isReserved } from "./reserved.ts"

export interface SignUpCommand {
  readonly commandId: CommandId
  readonly username: Username
  readonly email: Email
  readonly password: Redacted.Redacted
  readonly device: DeviceName
}

export interface LogInCommand {
  readonly login: string
  readonly password: Redacted.Redacted
  readonly device: DeviceName
}

type Refusal = RateLimited | CapacityExceeded | StorageUnavailable

const Credentials = Schema.Array(
  Schema.Struct({
    ...AccountRow.fields,
    passwordHash: Schema.String,
    /** The command that made the account. */
    madeBy: Schema.NullOr(CommandId),
    familiar: Schema.Boolean,
    deactivated: Schema.Boolean,
  }),
)
type Credentials = (typeof Credentials.Type)[number]

const Profiles = Schema.Array(ProfileRow)

/** Accounts: making one, getting in, and who there is. */
export class Accounts extends Context.Service<
  Accounts,
  {
    /** Makes an account and a session; the same command again makes no second account but a session. */
    readonly signUp: (
      command: SignUpCommand,
    ) => Effect.Effect<SignedIn, UsernameTaken | EmailTaken | WeakPassword | Refusal>
    readonly logIn: (
      command: LogInCommand,
    ) => Effect.Effect<SignedIn, InvalidCredentials | AccountDeactivated | Refusal>
    readonly me: (user: UserId) => Effect.Effect<Account, StorageUnavailable>
    readonly get: (
      which: { readonly id: UserId } | { readonly username: Username },
    ) => Effect.Effect<Profile, UserNotFound | StorageUnavailable>
  }
>()("@chat/server/accounts/Accounts") {
  static readonly layerNoDeps = Layer.effect(
    Accounts,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const { admins } = yield* ServerConfig
      const logs = yield* Logs
      const passwords = yield* Passwords
      const sessions = yield* Sessions
      const audit = yield* Audit
      const rates = yield* RateLimits
      const rooms = yield* RoomMembership
      const random = yield* SecureRandom.SecureRandom

      const find = Effect.fnUntraced(function* (login: string) {
        const address = yield* ClientAddress
        const rows = yield* sql`SELECT ${accountColumns(sql)}, u.password_hash AS "passwordHash",
            e.command_id AS "madeBy", u.deactivated_at IS NOT NULL AS deactivated,
            EXISTS (SELECT FROM audit a WHERE a.account_id = u.id AND a.address = ${address}
              AND a.action IN ('sign-up', 'login')) AS familiar
          FROM users u JOIN events e ON e.log_id = u.id AND e.seq = 1
          WHERE u.deleted_at IS NULL AND (u.username = lower(${login}) OR lower(u.email) = lower(${login}))`
        const [found] = yield* Schema.decodeUnknownEffect(Credentials)(rows)
        return found
      }, orUnavailable)

      const signedIn = Effect.fnUntraced(function* (account: Account, { session, refreshToken }: Started) {
        const tokens = yield* sessions.issue({ user: account.id, session: session.id }, refreshToken)
        return { account, session, tokens } satisfies SignedIn
      })

      /** Begins a session of somebody who has shown the right password. */
      const begin = Effect.fnUntraced(function* (credentials: Credentials, device: DeviceName) {
        const { id, passwordHash } = credentials
        const started = yield* Effect.gen(function* () {
          yield* logs.lock([accountLog(id)])
          // Whoever changed the password or the account meanwhile has ended every session, and this would be one more.
          const holds = yield* sql`SELECT FROM users WHERE id = ${id} AND password_hash = ${passwordHash}
            AND deactivated_at IS NULL AND deleted_at IS NULL FOR SHARE`
          if (holds.length === 0) return yield* new InvalidCredentials()
          const started = yield* sessions.start(id, device)
          yield* audit.record("login", { account: id, session: started.session.id })
          return started
        }).pipe(sql.withTransaction, orUnavailable)
        return yield* signedIn(toAccount(credentials), started)
      })

      const rehash = Effect.fnUntraced(function* ({ id, passwordHash }: Credentials, password: Redacted.Redacted) {
        const renewed = yield* passwords.hash(password)
        yield* sql`UPDATE users SET password_hash = ${renewed}
          WHERE id = ${id} AND password_hash = ${passwordHash}`
        return renewed
      }, orUnavailable)

      /** Whether this is the password. One hash and one answer, whether or not there is such an account. */
      const prove = Effect.fnUntraced(function* (
        found: Credentials | undefined,
        login: string,
        password: Redacted.Redacted,
      ) {
        const attempt = { login, address: yield* ClientAddress, familiar: found?.familiar === true }
        yield* rates.guess(attempt)
        const verdict = yield* passwords.verifyOrWaste(found?.passwordHash, password)
        if (found === undefined || verdict === "wrong") {
          yield* orUnavailable(audit.record("failed-login", found === undefined ? {} : { account: found.id }))
          return undefined
        }
        yield* rates.guessedRight(attempt)
        return verdict === "outdated" ? { ...found, passwordHash: yield* rehash(found, password) } : found
      })

      const logIn = Effect.fn("Accounts.logIn")(function* ({ login, password, device }: LogInCommand) {
        yield* rates.logInFrom(yield* ClientAddress)
        const proven = yield* prove(yield* find(login), login, password)
        if (proven === undefined) return yield* new InvalidCredentials()
        if (proven.deactivated) return yield* new AccountDeactivated()
        return yield* begin(proven, device)
      })

      const create = Effect.fnUntraced(function* (command: SignUpCommand, passwordHash: string) {
        const { commandId, username, email, device } = command
        const id = UserId.make(yield* random.uuidV7())
        const now = yield* DateTime.nowAsDate
        const role = admins.includes(username) ? "admin" : "member"
        yield* sql`INSERT INTO users (id, username, email, password_hash, created_at, role)
          VALUES (${id}, ${username}, ${email}, ${passwordHash}, ${now}, ${role})`
        const log = accountLog(id)
        yield* logs.create(log, "account")
        yield* sql`INSERT INTO visibility (account_id, log_id, from_seq) VALUES (${id}, ${log}, 1)`
        yield* logs.append({ log, actor: id, command: commandId, type: "AccountCreated", data: {} })
        const started = yield* sessions.start(id, device)
        yield* audit.record("sign-up", { account: id, session: started.session.id })
        const createdAt = Timestamp.make(now.toISOString())
        return { account: toAccount({ id, username, email, createdAt, name: null, role }), started }
      }, sql.withTransaction)

      const taken = (error: SqlError.SqlError, { username }: SignUpCommand) => {
        if (isUniqueViolation(error, "users_username_key")) return new UsernameTaken({ username })
        if (isUniqueViolation(error, "users_email")) return new EmailTaken()
        return error
      }

      // The rooms that everybody starts in are joined after the commit, so a crash in between leaves it to the repeat.
      const isNew = (user: UserId) =>
        sql`SELECT FROM visibility WHERE account_id = ${user} AND log_id <> ${accountLog(user)} LIMIT 1`.pipe(
          Effect.map((rows) => rows.length === 0),
          orUnavailable,
        )

      const again = Effect.fnUntraced(function* (found: Credentials, { username, password, device }: SignUpCommand) {
        const proven = yield* prove(found, username, password)
        if (proven === undefined) return yield* new UsernameTaken({ username })
        if (yield* isNew(proven.id)) yield* rooms.joinDefaultRooms(proven.id)
        return yield* Effect.catchTag(
          begin(proven, device),
          "InvalidCredentials",
          () => new UsernameTaken({ username }),
        )
      })

      const signUp = Effect.fn("Accounts.signUp")(function* (command: SignUpCommand) {
        const { commandId, username, email, password } = command
        const existing = yield* find(username)
        if (existing?.madeBy === commandId) return yield* again(existing, command)
        yield* passwords.check(password)
        yield* rates.signUp(yield* ClientAddress)
        if (existing !== undefined || isReserved(username)) return yield* new UsernameTaken({ username })
        const sameEmail = yield* find(email)
        // The same command, sent again, may have been done since its name was looked for.
        if (sameEmail?.madeBy === commandId && sameEmail.username === username) return yield* again(sameEmail, command)
        if (sameEmail !== undefined) return yield* new EmailTaken()
        const hash = yield* passwords.hash(password)
        const made = yield* create(command, hash).pipe(
          Effect.tap(({ account }) => rooms.joinDefaultRooms(account.id)),
          // Whoever hangs up now has an account all the same, and finds it as everybody does.
          Effect.uninterruptible,
          Effect.mapError((error) => (SqlError.isSqlError(error) ? taken(error, command) : error)),
          orUnavailable,
          // Somebody was faster: another, or the same command, sent again while the first was under way.
          Effect.catchTag("UsernameTaken", (error) =>
            Effect.flatMap(find(username), (winner) =>
              winner?.madeBy === commandId ? Effect.succeed(winner) : Effect.fail(error),
            ),
          ),
        )
        if ("passwordHash" in made) return yield* again(made, command)
        return yield* signedIn(made.account, made.started)
      })

      const me = (user: UserId) => orUnavailable(readAccount(read, user))

      const get = Effect.fn("Accounts.get")(function* (
        which: { readonly id: UserId } | { readonly username: Username },
      ) {
        const where = "id" in which ? read`u.id = ${which.id}` : read`u.username = ${which.username}`
        const rows = yield* read`SELECT ${userColumns(read)}, ${profileColumns(read)} FROM users u WHERE ${where}`
        const [profile] = yield* Schema.decodeUnknownEffect(Profiles)(rows)
        if (profile === undefined) return yield* new UserNotFound({ user: "id" in which ? which.id : which.username })
        return toProfile(profile)
      }, orUnavailable)

      return Accounts.of({ signUp, logIn, me, get })
    }),
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide(SecureRandom.layerWebCrypto))
}
