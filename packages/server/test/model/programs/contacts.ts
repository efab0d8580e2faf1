// What people do with each other.
import type { CommandId, UserId } from "@chat/domain/Ids"
import type { Command } from "../commands/Command.ts"
import { contactsOf } from "../world/contacts.ts"
import type { Call } from "./Program.ts"
import { nth } from "./places.ts"
import type { Context } from "./resolve.ts"

/** A command about somebody else, if the call is such a thing: mostly somebody of whom it changes something. */
export const contact = (
  { kind, what, where }: Call,
  { world, users }: Context,
  actor: UserId,
  commandId: CommandId,
): Command | undefined => {
  const anybody = what % 23 === 22 ? actor : (nth(users, what)?.id ?? actor)
  const others = users.map(({ id }) => id).filter((id) => id !== actor)
  const other = nth(others, what) ?? anybody
  const { friends, sent, received, blocks } = contactsOf(world, actor)
  const oneOf = (list: ReadonlySet<UserId>) => (what % 7 === 6 ? undefined : nth([...list], what)) ?? anybody
  const base = { actor, commandId }
  switch (kind) {
    case "ask":
      return { type: "SendFriendRequest", ...base, user: what % 11 === 10 ? anybody : other }
    case "accept":
      return { type: "AcceptFriendRequest", ...base, user: oneOf(received) }
    case "refuse":
      return where % 2 === 0
        ? { type: "DeclineFriendRequest", ...base, user: oneOf(received) }
        : { type: "CancelFriendRequest", ...base, user: oneOf(sent) }
    case "part":
      return { type: "RemoveFriend", ...base, user: oneOf(friends) }
    case "block":
      return { type: "BlockUser", ...base, user: what % 11 === 10 ? anybody : other }
    case "unblock":
      return { type: "UnblockUser", ...base, user: oneOf(blocks) }
    case "preferences":
      return { type: "SetPreferences", ...base, whoMayWrite: what % 3 === 0 ? "friends" : "everybody" }
    default:
      return undefined
  }
}
