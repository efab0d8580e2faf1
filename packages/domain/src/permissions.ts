/**
 * Who may do what in a room: decided here, by the server when somebody does it and by clients to show what can be done.
 * Pure, and about roles alone: whether somebody may know of a room at all is decided before.
 */
import * as Schema from "effect/Schema"

/** What a member of a room is to it. A room has at most one owner; one that the server made has none. */
export const Role = Schema.Literals(["owner", "moderator", "member"])
export type Role = typeof Role.Type

/** What not every member may do. */
export const Action = Schema.Literals([
  /** The name, the topic, slow mode, read-only and whether it is archived. */
  "changeRoom",
  /** How one comes in, how many may, and what newcomers can read. */
  "changeAccess",
  "deleteRoom",
  "transferRoom",
  "setRole",
  "kick",
  /** To ban, to lift a ban, and to see who is banned. */
  "ban",
  /** To write in a room that is read-only. */
  "postReadOnly",
  /** To delete what others wrote. */
  "deleteMessages",
  "pin",
  "mentionRoom",
  "invite",
])
export type Action = typeof Action.Type

const ranks: Record<Role, number> = { member: 0, moderator: 1, owner: 2 }

const least: Record<Action, Role> = {
  changeRoom: "moderator",
  changeAccess: "owner",
  deleteRoom: "owner",
  transferRoom: "owner",
  setRole: "owner",
  kick: "moderator",
  ban: "moderator",
  postReadOnly: "moderator",
  deleteMessages: "moderator",
  pin: "moderator",
  mentionRoom: "moderator",
  invite: "moderator",
}

/** Whether the role is enough. `null`, as everybody has it in a direct conversation, is enough for nothing here. */
export const may = (role: Role | null, action: Action): boolean => role !== null && ranks[role] >= ranks[least[action]]

/** Whether the role is enough to do it to somebody with that role: only to those below. */
export const mayTo = (role: Role | null, action: Action, whom: Role | null): boolean =>
  role !== null && may(role, action) && (whom === null || ranks[role] > ranks[whom])

/** Whether somebody with that role may invite: in a public room every member may. */
export const mayInvite = (access: "public" | "password" | "private", role: Role | null): boolean =>
  may(role, "invite") || (role !== null && access === "public")

/** What a room says about writing in it. */
export interface WritingRules {
  readonly archived: boolean
  readonly readOnly: boolean
  /** Seconds between two messages of one member; 0: off. */
  readonly slowMode: number
}

/** What stands in the way of somebody who writes, if anything does. Members of a direct conversation have no role. */
export const obstacle = (rules: WritingRules, role: Role | null): "archived" | "readOnly" | undefined => {
  if (rules.archived) return "archived"
  return rules.readOnly && !may(role, "postReadOnly") ? "readOnly" : undefined
}

/** How many seconds have to pass between two messages of somebody; 0: none. */
export const pauseOf = (rules: WritingRules, role: Role | null): number =>
  role === null || may(role, "postReadOnly") ? 0 : rules.slowMode
