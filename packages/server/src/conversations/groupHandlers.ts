import { CurrentSession } from "@chat/domain/Authentication"
import { GroupRpcs } from "@chat/domain/GroupRpcs"
import * as Effect from "effect/Effect"
import { Groups } from "./Groups.ts"

export const layerGroupHandlers = GroupRpcs.toLayer(
  Effect.gen(function* () {
    const groups = yield* Groups
    return GroupRpcs.of({
      OpenGroup: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* groups.open(user, command)
      }),
      AddToGroup: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* groups.add(user, command)
      }),
      LeaveGroup: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* groups.leave(user, command)
      }),
    })
  }),
)
