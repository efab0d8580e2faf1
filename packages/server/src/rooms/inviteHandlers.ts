import { CurrentSession } from "@chat/domain/Authentication"
import { InviteRpcs } from "@chat/domain/InviteRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { InviteLinks } from "./InviteLinks.ts"

export const layerInviteHandlers = InviteRpcs.toLayer(
  Effect.gen(function* () {
    const links = yield* InviteLinks
    return InviteRpcs.of({
      CreateInviteLink: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* links.create(user, command)
      }),
      ListInviteLinks: Effect.fnUntraced(function* ({ conversation, after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* links.list(user, { conversation, after, limit })
      }),
      RevokeInviteLink: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* links.revoke(user, command)
      }),
    })
  }),
)
