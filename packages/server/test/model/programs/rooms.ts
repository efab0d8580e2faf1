// What people do with rooms.
import { CommandId, type ConversationId, type UserId } from "@chat/domain/Ids"
import { BanReason, type RoomChanges } from "@chat/domain/Room"
import { RoomName, Topic } from "@chat/domain/Values"
import { randomUUID } from "node:crypto"
import { type Command, rules } from "../commands/Command.ts"
import { bansOf, membersAt } from "../world/rooms.ts"
import { logOf } from "../world/World.ts"
import type { Call } from "./Program.ts"
import { nth } from "./places.ts"
import type { Context } from "./resolve.ts"

/** One of two passwords. */
export const passwordFor = ({ where }: Pick<Call, "where">) => ({
  password: `opensesame-${Math.abs(where) % 2}-please`,
})

/** Now and then the room is special from the beginning. */
const options = (call: Call): Pick<RoomChanges, "access" | "password" | "memberLimit"> => {
  if (call.what % 6 === 5) return { access: "password", ...passwordFor(call) }
  if (call.what % 12 === 4) return { access: "private" }
  return call.what % 12 === 9 ? { memberLimit: 2 } : {}
}

const nameFor = ({ what, where }: Call, prefix: string): RoomName => {
  const name = `${prefix}-${what % 4}${what % 13 === 0 ? "x".repeat(rules.roomName) : ""}`
  return RoomName.make(where % 2 === 0 ? name : name.toUpperCase())
}

const topicFor = ({ what }: Call): Topic =>
  Topic.make(what % 17 === 0 ? "t".repeat(rules.topic + 1) : what % 2 === 0 ? "so wird’s" : "")

export const room = (call: Call, { prefix }: Context, actor: UserId): Command => ({
  type: "CreateRoom",
  actor,
  commandId: CommandId.make(randomUUID()),
  name: nameFor(call, prefix),
  topic: topicFor(call),
  history: call.what % 2 === 0 ? "all" : "joined",
  ...options(call),
})

// Mostly one thing at a time; what shuts people out is undone by the next call as often as not.
const changesFor = (call: Call, { prefix }: Context): RoomChanges => {
  const n = call.text.length
  switch (call.what % 9) {
    case 0:
      return { name: nameFor(call, prefix) }
    case 1:
      return { topic: topicFor(call), history: n % 2 === 0 ? "all" : "joined" }
    case 2:
      return { access: "password", ...passwordFor(call) }
    case 3:
      return passwordFor(call)
    case 4:
      return { access: n % 3 === 0 ? "private" : "public" }
    case 5:
      return { slowMode: n % 2 === 0 ? rules.slowMode : 0 }
    case 6:
      return { readOnly: n % 2 === 0 }
    case 7:
      return { archived: n % 2 === 0 }
    default:
      return { memberLimit: n % 6 }
  }
}

interface There extends Context {
  readonly actor: UserId
  readonly commandId: CommandId
  readonly conversation: ConversationId
}

/** What takes a role, if the call is such a thing. */
export const moderation = (call: Call, there: There): Command | undefined => {
  const { actor, commandId, conversation, world, users } = there
  const log = logOf(world, conversation)
  const members = [...membersAt(log).keys()].filter((user) => user !== actor)
  const anybody = nth(users, call.what)?.id ?? actor
  const member = call.what % 5 === 0 ? anybody : (nth(members, call.what) ?? anybody)
  const base = { actor, commandId, conversation }
  switch (call.kind) {
    case "settings":
      return { type: "UpdateRoom", ...base, changes: changesFor(call, there) }
    case "remove room":
      return { type: "DeleteRoom", ...base }
    case "transfer":
      return { type: "TransferRoom", ...base, user: member }
    case "role":
      return { type: "SetMemberRole", ...base, user: member, role: call.where % 3 === 0 ? "member" : "moderator" }
    case "kick":
      return { type: "KickMember", ...base, user: member }
    case "ban":
      return { type: "BanMember", ...base, user: member, reason: BanReason.make(call.where % 2 === 0 ? "" : "loud") }
    case "unban":
      return { type: "UnbanMember", ...base, user: nth([...bansOf(log).keys()], call.what) ?? member }
    default:
      return undefined
  }
}
