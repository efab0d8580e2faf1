// Pins and reactions that were fetched anew, held against the model.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { messageAt, visibleMessages } from "../world/messages.ts"
import { pinAt, reactionsAt } from "../world/reactions.ts"
import { stretchesAt } from "../world/rooms.ts"
import { known, logOf, userOf, type World } from "../world/World.ts"
import type { FreshConversation } from "./fetch.ts"
import { isMessage, type Say } from "./problems.ts"

export const markProblems = (
  world: World,
  user: UserId,
  id: ConversationId,
  { pins, reactions }: FreshConversation,
  say: Say,
): void => {
  const log = logOf(world, id)
  if ("refused" in pins) {
    if (stretchesAt(log, user).length > 0 || pins.refused !== "ConversationNotFound") say("pins", pins, "a list")
    return
  }
  const expected = visibleMessages(log, user)
    .filter((seq) => pinAt(world, id, seq) !== null)
    .map((seq) => messageAt(world, user, id, seq))
    .toSorted((a, b) => {
      const [left, right] = [a.pinned?.at ?? "", b.pinned?.at ?? ""]
      return left === right ? b.seq - a.seq : left < right ? 1 : -1
    })
  const same = pins.length === expected.length && pins.every((message, at) => isMessage(message, expected[at]))
  if (!same) say("pins", pins, expected)
  for (const [message, found] of reactions) {
    const should = reactionsAt(log, message).map(({ user: who, emoji, seq }) => ({
      emoji,
      user: userOf(world, who),
      seq,
      at: known(log[seq - 1]?.at),
    }))
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(should)))) {
      say(`reactions to ${message}`, found, should)
    }
  }
}
