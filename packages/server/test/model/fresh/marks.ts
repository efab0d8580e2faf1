// Pins and reactions that were fetched anew, held against the model.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { messageAt, visibleMessages } from "../world/messages.ts"
import { pinAt, reactionsAt } from "../world/reactions.ts"
import { starsOf } from "../world/positions.ts"
import { isFor, stretchesAt } from "../world/rooms.ts"
import { known, logOf, userOf, type World } from "../world/World.ts"
import type { Fresh, FreshConversation } from "./fetch.ts"
import { isMessage, type Say } from "./problems.ts"

/** What somebody has put aside; what says nothing to them is left out. */
export const starProblems = (world: World, user: UserId, { stars }: Fresh, say: Say): void => {
  const expected = starsOf(world, user).flatMap(({ place, at, fact: { conversation, seq } }) => {
    const log = logOf(world, conversation)
    if (!isFor(log, user, stretchesAt(log, user), seq)) return []
    const message = messageAt(world, user, conversation, seq)
    return message.body === null ? [] : [{ message, seq: place, at }]
  })
  const same = stars.every(({ message, seq, at }, index) => {
    const should = expected[index]
    return isMessage(message, should?.message) && seq === should?.seq && at === (should.at ?? at)
  })
  if (stars.length !== expected.length || !same) say("stars", stars, expected)
}

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
    .filter((seq) => pinAt(world, id, seq, undefined, user) !== null)
    .map((seq) => messageAt(world, user, id, seq))
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => {
      const [left, right] = [a.pinned?.at ?? "", b.pinned?.at ?? ""]
      return left === right ? b.seq - a.seq : left < right ? 1 : -1
    })
  const same = pins.length === expected.length && pins.every((message, at) => isMessage(message, expected[at]))
  if (!same) say("pins", pins, expected)
  for (const [message, found] of reactions) {
    const should = reactionsAt(log, message, undefined, user).map(({ user: who, emoji, seq }) => ({
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
