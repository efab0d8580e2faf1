import { type IdTaken, type StorageUnavailable, UsernameTaken } from "@chat/domain/Errors"
import type { CommandId, UserId } from "@chat/domain/Ids"
import type { AccountReceipt } from "@chat/domain/User"
import { Bio, DisplayName, StatusText, type Timestamp, type Username } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Audit } from "../audit/Audit.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Database } from "../storage/Database.ts"
import { Time } from "../storage/rows.ts"
import { Alterations } from "../users/Alterations.ts"
import { AccountLog } from "../logs/AccountLog.ts"
import { isReserved } from "./reserved.ts"

/** What is absent stays as it is. */
export interface ProfileCommand {
  readonly commandId: CommandId
  readonly name?: DisplayName | null
  readonly bio?: Bio
  readonly status?: StatusText
  readonly statusUntil?: Timestamp | null
}

const Stored = Schema.Tuple([
  Schema.Struct({
    name: Schema.NullOr(DisplayName),
    bio: Bio,
    status: StatusText,
    statusUntil: Schema.NullOr(Time),
  }),
])

/** What people show of themselves, and what they are called. */
export class Profiles extends Context.Service<
  Profiles,
  {
    readonly update: (
      actor: UserId,
      command: ProfileCommand,
    ) => Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>
    readonly changeUsername: (
      actor: UserId,
      command: { readonly commandId: CommandId; readonly username: Username },
    ) => Effect.Effect<AccountReceipt, UsernameTaken | IdTaken | StorageUnavailable>
  }
>()("@chat/server/accounts/Profiles") {
  static readonly layer = Layer.effect(
    Profiles,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const { admins } = yield* ServerConfig
      const log = yield* AccountLog
      const alterations = yield* Alterations
      const audit = yield* Audit

      // The name of an admin is for whoever has it, or signs up with it.
      const isKept = (username: Username) => isReserved(username) || admins.includes(username)

      const update = Effect.fn("Profiles.update")(function* (actor: UserId, { commandId, ...wanted }: ProfileCommand) {
        return yield* log.run<never>({
          actor,
          id: commandId,
          type: "AccountChanged",
          change: Effect.gen(function* () {
            const rows = yield* sql`SELECT name, bio, status, status_until AS "statusUntil" FROM users
              WHERE id = ${actor} FOR UPDATE`
            const [old] = yield* Schema.decodeUnknownEffect(Stored)(rows)
            const profile = { ...old, ...wanted }
            if (isSame(old, profile)) return false
            yield* sql`UPDATE users SET name = ${profile.name}, bio = ${profile.bio}, status = ${profile.status},
              status_until = ${profile.statusUntil}::timestamptz WHERE id = ${actor}`
            // The rest is asked for when somebody looks at it.
            if (profile.name !== old.name) yield* alterations.note(actor)
            return true
          }),
        })
      })

      const changeUsername = Effect.fn("Profiles.changeUsername")(function* (
        actor: UserId,
        { commandId, username }: { readonly commandId: CommandId; readonly username: Username },
      ) {
        return yield* log.run({
          actor,
          id: commandId,
          type: "AccountChanged",
          change: Effect.gen(function* () {
            const taken = yield* sql`SELECT FROM users WHERE username = ${username} AND id <> ${actor}`
            if (taken.length > 0 || isKept(username)) return yield* new UsernameTaken({ username })
            const changed = yield* sql`UPDATE users SET username = ${username}
              WHERE id = ${actor} AND username <> ${username} RETURNING id`
            if (changed.length === 0) return false
            yield* alterations.note(actor)
            yield* audit.record("username-change", { account: actor, detail: { username } })
            return true
          }),
        })
      })

      return Profiles.of({ update, changeUsername })
    }),
  )
}

const isSame = (a: (typeof Stored.Type)[0], b: (typeof Stored.Type)[0]): boolean =>
  a.name === b.name && a.bio === b.bio && a.status === b.status && a.statusUntil === b.statusUntil
