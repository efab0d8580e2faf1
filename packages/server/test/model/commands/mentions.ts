// Whom a text mentions.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { findMentions } from "@chat/domain/mentions"
import type { Mentions, RoomMention } from "@chat/domain/Message"
import { peerOf } from "../world/contacts.ts"
import { membersAt, roleAt } from "../world/rooms.ts"
import { logOf, userOf, type World } from "../world/World.ts"

/** Of those who are members, whether or not they have seen anything of it; `null`: nobody. */
export const mentionsIn = (
  world: World,
  actor: UserId,
  conversation: ConversationId,
  body: string,
): Mentions | null => {
  if (!body.includes("@")) return null
  const log = logOf(world, conversation)
  const role = roleAt(log, actor)
  const members = [...membersAt(log).keys()].map((id) => userOf(world, id))
  const known = (name: string): { readonly room: RoomMention } | { readonly user: UserId } | undefined => {
    if (name === "room" && (role === "owner" || role === "moderator")) return { room: "room" }
    if (name === "here" && peerOf(log, actor) === undefined) return { room: "here" }
    const user = members.find(({ username }) => username === name)?.id
    return user === undefined ? undefined : { user }
  }
  const found = findMentions(body, known).map(({ who }) => who)
  const users = [...new Set(found.flatMap((who) => ("user" in who ? [who.user] : [])))]
  const rooms = found.flatMap((who) => ("room" in who ? [who.room] : []))
  const room = rooms.includes("room") ? "room" : (rooms[0] ?? null)
  return users.length === 0 && room === null ? null : { users, room }
}
