import { accountLog, type CommandId, ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import type { HistoryVisibility, RoomChanges, RoomSettings } from "@chat/domain/Room"
import { type RoomName, Topic } from "@chat/domain/Values"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SqlError from "effect/sql/SqlError"
import { Passwords } from "../passwords/Passwords.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Membership } from "../conversations/Membership.ts"
import { Commands, type Outcome } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { isConflict, orUnavailable } from "../storage/errors.ts"
import { settingsOf } from "./RoomRow.ts"
import { checkLimits, checkName, checkPassword } from "./settings.ts"

export interface CreateCommand extends Omit<RoomChanges, "archived"> {
  readonly commandId: CommandId
  readonly name: RoomName
  readonly topic: Topic
  readonly history: HistoryVisibility
}

const usual = { access: "public", slowMode: 0, readOnly: false, memberLimit: 0, archived: false } as const

/** Making rooms. */
export const makeRoomCreation = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const config = yield* ServerConfig
  const logs = yield* Logs
  const commands = yield* Commands
  const membership = yield* Membership
  const passwords = yield* Passwords
  const random = yield* SecureRandom.SecureRandom

  const make = Effect.fnUntraced(function* (
    actor: UserId | null,
    settings: RoomSettings,
    { hash = null, command }: { readonly hash?: string | null; readonly command?: CommandId },
  ) {
    const id = ConversationId.make(yield* random.uuidV7())
    const log = conversationLog(id)
    yield* logs.create(log, "conversation")
    const { seq, at } = yield* logs.append({
      log,
      actor,
      ...(command === undefined ? {} : { command }),
      type: "RoomCreated",
      data: settings,
    })
    const { name, topic, history, access, slowMode, readOnly, memberLimit } = settings
    yield* sql`INSERT INTO conversations (id, kind, name, topic, history, access, password_hash, slow_mode, read_only,
        member_limit, member_count, created_at)
      VALUES (${id}, 'room', ${name}, ${topic}, ${history}, ${access}, ${hash}, ${slowMode}, ${readOnly},
        ${memberLimit}, 0, ${at}::timestamptz)`
    return { conversation: id, seq, at, changed: true } satisfies Outcome
  })

  const hashOf = Effect.fnUntraced(function* ({ password }: CreateCommand) {
    if (password === undefined) return null
    yield* passwords.check(Redacted.make(password))
    return yield* passwords.hash(Redacted.make(password))
  })

  const create = Effect.fn("RoomMembership.create")(function* (actor: UserId, command: CreateCommand) {
    const { commandId, name, password } = command
    const known = { actor, id: commandId, type: "RoomCreated" }
    const settings = settingsOf({ ...usual, ...command })
    const prepared = yield* checkLimits(config.limits, command).pipe(
      Effect.andThen(checkPassword(settings.access, password !== undefined)),
      Effect.andThen(hashOf(command)),
      Effect.map((hash) => ({ hash })),
      // A repeat is answered before anything is checked: where a check refuses, it may have been a repeat.
      Effect.catch((error) =>
        Effect.flatMap(commands.find(known), (receipt) =>
          receipt === undefined ? Effect.fail(error) : Effect.succeed({ receipt }),
        ),
      ),
    )
    if ("receipt" in prepared) return prepared.receipt
    return yield* commands.run({
      ...known,
      execute: Effect.gen(function* () {
        yield* logs.lock([accountLog(actor)])
        yield* checkName(sql, name)
        const made = yield* make(actor, settings, { hash: prepared.hash, command: commandId })
        const { conversation, seq } = made
        yield* membership.add(conversation, actor, { joined: seq, from: seq, read: seq, role: "owner" })
        return made
      }),
    })
  })

  const ensureDefaultRooms = Effect.forEach(
    config.defaultRooms,
    (name) =>
      Effect.andThen(
        checkName(sql, name),
        make(null, { ...usual, name, topic: Topic.make(""), history: "all" }, {}),
      ).pipe(
        Effect.catchTag("RoomNameTaken", () => Effect.void),
        sql.withTransaction,
        // Another node that starts at the same time may make it first.
        Effect.retry({ while: (error) => SqlError.isSqlError(error) && isConflict(error), times: 1 }),
      ),
    { discard: true },
  ).pipe(orUnavailable)

  return { create, ensureDefaultRooms }
})
