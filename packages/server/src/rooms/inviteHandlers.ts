import { CurrentSession } from "@chat/domain/Authentication"
import { InviteRpcs } from "@chat/domain/InviteRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { Invitations } from "./Invitations.ts"
import { InviteLinks } from "./InviteLinks.ts"

export const layerInviteHandlers = InviteRpcs.toLayer(
  Effect.gen(function* () {
    const links = yield* InviteLinks
    const invitations = yield* Invitations
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
      InviteToRoom: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* invitations.invite(user, command)
      }),
      RevokeInvitation: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* invitations.revoke(user, command)
      }),
      DeclineInvitation: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* invitations.decline(user, command)
      }),
      ListInvitations: Effect.fnUntraced(function* ({ after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* invitations.received(user, { after, limit })
      }),
      ListRoomInvitations: Effect.fnUntraced(function* ({ conversation, after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* invitations.sent(user, { conversation, after, limit })
      }),
    })
  }),
)
