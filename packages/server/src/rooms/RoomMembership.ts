import type { Receipt } from "@chat/domain/Conversation"
import type {
  BadRequest,
  CapacityExceeded,
  ConversationNotFound,
  IdTaken,
  OwnerMustStay,
  RateLimited,
  RoomNameTaken,
  StorageUnavailable,
  TooLarge,
  WeakPassword,
} from "@chat/domain/Errors"
import { CommandId, ConversationId, type UserId } from "@chat/domain/Ids"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Passwords } from "../passwords/Passwords.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { type JoinCommand, type LeaveCommand, type LeaveOptions, makeComingAndGoing } from "./comingAndGoing.ts"
import { type CreateCommand, makeRoomCreation } from "./creation.ts"
import type { EntryRefusal } from "./entry.ts"

const Found = Schema.Array(Schema.Struct({ id: ConversationId }))

type Refusal = IdTaken | CapacityExceeded | StorageUnavailable

/** Making rooms, becoming a member and being one no longer. Each change is one command: once for ever, with its event. */
export class RoomMembership extends Context.Service<
  RoomMembership,
  {
    readonly create: (
      actor: UserId,
      command: CreateCommand,
    ) => Effect.Effect<Receipt, RoomNameTaken | WeakPassword | BadRequest | TooLarge | Refusal>
    readonly join: (actor: UserId, command: JoinCommand) => Effect.Effect<Receipt, EntryRefusal | RateLimited | Refusal>
    readonly leave: (
      actor: UserId,
      command: LeaveCommand,
      options?: LeaveOptions,
    ) => Effect.Effect<Receipt, ConversationNotFound | OwnerMustStay | IdTaken | StorageUnavailable>
    /** Makes those of the rooms that everybody starts in that there are not. */
    readonly ensureDefaultRooms: Effect.Effect<void, StorageUnavailable>
    /** Joins the rooms that everybody starts in. A member already: nothing changes. */
    readonly joinDefaultRooms: (user: UserId) => Effect.Effect<void, StorageUnavailable>
  }
>()("@chat/server/rooms/RoomMembership") {
  static readonly layer = Layer.effect(
    RoomMembership,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const config = yield* ServerConfig
      const random = yield* SecureRandom.SecureRandom
      const newCommand = Effect.map(random.uuidV7(), (id) => CommandId.make(id))
      const { create, ensureDefaultRooms } = yield* makeRoomCreation
      const { join, leave } = yield* makeComingAndGoing

      const joinDefaultRooms = Effect.fn("RoomMembership.joinDefaultRooms")(function* (user: UserId) {
        const names = config.defaultRooms
        const rows = yield* orUnavailable(
          Effect.flatMap(
            sql`SELECT id FROM conversations WHERE kind = 'room' AND deleted_at IS NULL AND lower(name) IN (
              SELECT lower(value) FROM jsonb_array_elements_text(${PgTypes.jsonb(names)})) ORDER BY id`,
            Schema.decodeUnknownEffect(Found),
          ),
        )
        for (const { id } of rows) {
          yield* join(user, { commandId: yield* newCommand, conversation: id }).pipe(
            // Where one cannot come in by oneself any more, one begins outside; the id is new.
            Effect.catchIf(
              (error) => error._tag !== "StorageUnavailable",
              () => Effect.void,
            ),
          )
        }
      })

      return RoomMembership.of({ create, join, leave, ensureDefaultRooms, joinDefaultRooms })
    }),
  ).pipe(Layer.provide([Passwords.layer, SecureRandom.layerWebCrypto]))
}
