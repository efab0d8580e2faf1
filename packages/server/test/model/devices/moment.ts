// What a device shows at any moment, held against the model as of its cursors.
import { upToDate } from "../world/people.ts"
import { Conversation } from "@chat/domain/Conversation"
import { accountLog, conversationLog, type UserId } from "@chat/domain/Ids"
import { type ConversationState } from "@chat/domain/state/State"
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"
import type { Device } from "./Device.ts"
import { isMessage } from "../fresh/problems.ts"
import { headOf, type Log, logOf, pair, type World } from "../world/World.ts"
import { conversationAt, openConversations } from "../world/conversations.ts"
import { messageAt, visibleMessages } from "../world/messages.ts"
import { canSee, isFor, membersAt, stretchesAt } from "../world/rooms.ts"

const sameConversation = Schema.toEquivalence(Conversation)
const show = (value: unknown): string => JSON.stringify(value)

/** Where a device shows, or was told, what it must not, given how far it is in each log. */
export const deviceProblems = (world: World, device: Device): ReadonlyArray<string> => {
  const state = upToDate(world, device.state)
  const problems: Array<string> = []
  const say = (what: string) => problems.push(`${device.name}: ${what}`)
  const { user } = device
  for (const { log, seq, itself } of device.told) {
    if (device.stale.has(log)) continue
    const happened = logOf(world, log)
    const stretches = stretchesAt(happened, user.id)
    if (!canSee(stretches, seq) || (itself && !isFor(happened, stretches, seq))) say(`was told of ${log}/${seq}`)
  }
  if (state.account === null || device.stale.has(accountLog(user.id))) return problems
  if (state.account.seq > headOf(world, user.id)) say(`its account is at ${state.account.seq}`)
  const open = openConversations(world, user.id, state.account.seq)
  for (const id of state.conversations.keys()) if (!open.has(id)) say(`shows ${id}, which is gone`)
  for (const id of open) {
    const place = device.following?.protocol.places.get(conversationLog(id))
    if (typeof place === "number" && !state.conversations.has(id)) say(`does not show ${id}`)
  }
  for (const conversation of state.conversations.values()) {
    if (!device.stale.has(conversationLog(conversation.id))) {
      for (const problem of conversationProblems(world, device, conversation)) say(`${conversation.id}: ${problem}`)
    }
  }
  return problems
}

const conversationProblems = (world: World, { user }: Device, found: ConversationState): ReadonlyArray<string> => {
  const { id, seq, position } = found
  const log = logOf(world, id)
  if (seq > log.length) return [`is at ${seq}, and the log has ${log.length}`]
  const problems: Array<string> = []
  const positions = world.positions.get(pair(user.id, id)) ?? []
  if (position.seq !== (positions[position.rev - 1] ?? 0)) problems.push(`the position is ${show(position)}`)
  const expected = { ...conversationAt(world, id, user.id, lastOf(log, seq), position), seq }
  // Who was just removed has no stretch that goes on.
  const from = membersAt(log, lastOf(log, seq)).has(user.id) ? expected.from : found.from
  const lastMessage = sameOrNewer(world, user.id, found, expected.lastMessage, found.lastMessage)
  const complete = { ...expected, from, lastMessage, mark: found.mark }
  if (!sameConversation(found, complete)) problems.push(`is ${show(listed(found))}, expected ${show(complete)}`)
  return [...problems, ...windowProblems(world, user.id, found)]
}

// The end of a room changes nothing in it: the next word is that it has gone.
const lastOf = (log: Log, seq: number): number => (log[seq - 1]?.fact.type === "RoomDeleted" ? seq - 1 : seq)

/** What a list has of it. */
export const listed = ({ window: _, members: __, ...conversation }: ConversationState) => conversation

// A message is shown as it is now, which may be newer than the cursor.
const sameOrNewer = (
  world: World,
  viewer: UserId,
  { id }: Pick<ConversationState, "id">,
  expected: Conversation["lastMessage"],
  found: Conversation["lastMessage"],
): Conversation["lastMessage"] =>
  expected !== null && found !== null && found.seq === expected.seq && found.rev > expected.rev
    ? messageAt(world, viewer, id, expected.seq, found.rev)
    : expected

const windowProblems = (world: World, user: UserId, { id, seq, window }: ConversationState): ReadonlyArray<string> => {
  const log = logOf(world, id)
  const expected = visibleMessages(log, user, lastOf(log, seq)).filter((place) => place >= window.from)
  const found = window.messages.map((message) => message.seq)
  if (!isDeepStrictEqual(found, expected)) {
    return [`the window from ${window.from} to ${seq} has ${show(found)}, expected ${show(expected)}`]
  }
  return window.messages.flatMap((message) => {
    const should = sameOrNewer(world, user, { id }, messageAt(world, user, id, message.seq, lastOf(log, seq)), message)
    return should !== null && isMessage(message, should)
      ? []
      : [`the window has ${show(message)}, expected ${show(should)}`]
  })
}
