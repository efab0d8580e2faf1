import { CurrentSession } from "@chat/domain/Authentication"
import { ContactRpcs } from "@chat/domain/ContactRpcs"
import type { UserId } from "@chat/domain/Ids"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { ContactReader } from "./ContactReader.ts"
import { Contacts } from "./Contacts.ts"

const asCaller = <A, E, R>(call: (user: UserId) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(CurrentSession, ({ user }) => call(user))

export const layerContactHandlers = ContactRpcs.toLayer(
  Effect.gen(function* () {
    const contacts = yield* Contacts
    const reader = yield* ContactReader
    return ContactRpcs.of({
      SendFriendRequest: (command) => asCaller((user) => contacts.request(user, command)),
      CancelFriendRequest: (command) => asCaller((user) => contacts.cancel(user, command)),
      AcceptFriendRequest: (command) => asCaller((user) => contacts.accept(user, command)),
      DeclineFriendRequest: (command) => asCaller((user) => contacts.decline(user, command)),
      RemoveFriend: (command) => asCaller((user) => contacts.removeFriend(user, command)),
      ListFriends: ({ after, limit = defaultPageSize }) =>
        asCaller((user) => reader.page(user, "friends", { after, limit })),
      ListFriendRequests: ({ direction, after, limit = defaultPageSize }) =>
        asCaller((user) => reader.page(user, direction, { after, limit })),
      BlockUser: (command) => asCaller((user) => contacts.block(user, command)),
      UnblockUser: (command) => asCaller((user) => contacts.unblock(user, command)),
      ListBlocks: ({ after, limit = defaultPageSize }) =>
        asCaller((user) => reader.page(user, "blocks", { after, limit })),
      GetPreferences: () => asCaller((user) => reader.preferences(user)),
      SetPreferences: ({ commandId, ...change }) =>
        asCaller((user) => contacts.setPreferences(user, { commandId, change })),
    })
  }),
)
