// What people do with groups.
import type { CommandId, UserId } from "@chat/domain/Ids"
import type { Command } from "../commands/Command.ts"
import { isGroup } from "../world/groups.ts"
import { isMember, membersAt } from "../world/rooms.ts"
import { conversationsIn, logOf } from "../world/World.ts"
import { conversationFor, nth } from "./places.ts"
import type { Call } from "./Program.ts"
import type { Context } from "./resolve.ts"

/** Mostly everybody; also fewer than may be, or somebody who is not there. */
const peopleFor = ({ what }: Call, others: ReadonlyArray<UserId>, nobody: UserId): ReadonlyArray<UserId> => {
  if (what % 11 === 0) return others.slice(0, 1)
  if (what % 11 === 1) return [...others, nobody]
  return what % 11 === 2 ? [...others.slice(0, 1), nobody] : others
}

/** A command about a group, if the call is such a thing. */
export const group = (call: Call, context: Context, actor: UserId, commandId: CommandId): Command | undefined => {
  const { kind, what, where } = call
  const { world, users } = context
  const others = users.map(({ id }) => id).filter((id) => id !== actor)
  // Nobody has the id of a command.
  const nobody = commandId as string as UserId
  const open = { type: "OpenGroup", actor, commandId, users: peopleFor(call, others, nobody) } as const
  if (kind === "group") return open
  if (kind !== "add to group" && kind !== "leave group") return undefined
  const groups = conversationsIn(world).filter((id) => isGroup(logOf(world, id)))
  const own = groups.filter((id) => isMember(logOf(world, id), actor))
  const conversation =
    where % 17 === 16
      ? conversationFor(world, actor, where)
      : nth(own.length === 0 || where % 7 === 6 ? groups : own, where)
  if (conversation === undefined) return open
  if (kind === "leave group") return { type: "LeaveGroup", actor, commandId, conversation }
  const outside = others.filter((id) => !membersAt(logOf(world, conversation)).has(id))
  const user = nth(outside.length === 0 || what % 7 === 6 ? others : outside, what) ?? actor
  return { type: "AddToGroup", actor, commandId, conversation, user: what % 13 === 12 ? nobody : user }
}
