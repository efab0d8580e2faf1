import { CurrentSession } from "@chat/domain/Authentication"
import { RoomRpcs } from "@chat/domain/RoomRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { RoomReader } from "../conversations/RoomReader.ts"
import { Moderation } from "./Moderation.ts"
import { RoomMembership } from "./RoomMembership.ts"
import { Rooms } from "./Rooms.ts"

export const layerRoomHandlers = RoomRpcs.toLayer(
  Effect.gen(function* () {
    const membership = yield* RoomMembership
    const reader = yield* RoomReader
    const rooms = yield* Rooms
    const moderation = yield* Moderation
    return RoomRpcs.of({
      CreateRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* membership.create(user, command)
      }),
      ListRooms: Effect.fnUntraced(function* ({ query, after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* reader.list(user, { query, after, limit })
      }),
      JoinRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* membership.join(user, command)
      }),
      LeaveRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* membership.leave(user, command)
      }),
      UpdateRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* rooms.update(user, command)
      }),
      DeleteRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* rooms.delete(user, command)
      }),
      TransferRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* rooms.transfer(user, command)
      }),
      SetMemberRole: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* rooms.setRole(user, command)
      }),
      KickMember: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* moderation.kick(user, command)
      }),
      BanMember: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* moderation.ban(user, command)
      }),
      UnbanMember: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* moderation.unban(user, command)
      }),
      ListBans: Effect.fnUntraced(function* ({ conversation, after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* moderation.bans(user, { conversation, after, limit })
      }),
    })
  }),
)
