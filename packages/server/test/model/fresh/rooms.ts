// Lists of rooms and of who is kept out of them, held against the model.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { refusalOf } from "../commands/rooms.ts"
import { bansOf, isDeleted, membersAt, roomAt } from "../world/rooms.ts"
import { known, logOf, userOf, type World } from "../world/World.ts"
import type { Fresh, FreshConversation } from "./fetch.ts"
import type { Say } from "./problems.ts"

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Of a room that one is not in, one sees what is in this list and nothing else; of a private one nothing. */
export const roomProblems = (world: World, user: UserId, { rooms }: Fresh, say: Say): void => {
  const expected = [...world.logs].flatMap(([id, log]) => {
    const settings = isDeleted(log) ? undefined : roomAt(log)?.settings
    const members = membersAt(log)
    const joined = members.has(user)
    if (settings === undefined || settings.access === "private" || (settings.archived && !joined)) return []
    const { name, topic, access } = settings
    return [{ id, name, topic, access, memberCount: members.size, joined }]
  })
  const byId = (list: ReadonlyArray<{ readonly id: string }>) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const found = rooms.filter(({ id }) => world.logs.has(id))
  if (!isDeepStrictEqual(plain(byId(found)), plain(byId(expected)))) say("rooms", found, expected)
}

export const bansProblems = (
  world: World,
  user: UserId,
  id: ConversationId,
  { bans }: FreshConversation,
  say: Say,
): void => {
  const refused = refusalOf(world, id, user, "moderator")
  const log = logOf(world, id)
  const expected =
    refused === undefined
      ? [...bansOf(log)]
          .toSorted(([, a], [, b]) => b.seq - a.seq)
          .map(([banned, { reason, seq }]) => ({
            user: userOf(world, banned),
            by: userOf(world, log[seq - 1]?.actor ?? user),
            reason,
            at: known(log[seq - 1]?.at),
            until: null,
          }))
      : { refused }
  if (!isDeepStrictEqual(plain(bans), plain(expected))) say("bans", bans, expected)
}
