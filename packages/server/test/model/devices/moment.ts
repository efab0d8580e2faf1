// What a device shows at any moment, held against the model as of its cursors.
import { upToDate } from "../world/people.ts"
import { Conversation } from "@chat/domain/Conversation"
import { accountLog, conversationLog, type LogId, type UserId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { type ConversationState } from "@chat/domain/state/State"
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"
import type { Device } from "./Device.ts"
import { noticeProblems } from "./notices.ts"
import { contactProblems } from "../fresh/contacts.ts"
import { invitationProblems } from "../fresh/invitations.ts"
import { isMessage } from "../fresh/problems.ts"
import { headOf, type Log, logOf, type World } from "../world/World.ts"
import { conversationAt, openConversations } from "../world/conversations.ts"
import { messageAt, visibleMessages } from "../world/messages.ts"
import { hiddenAt, positionAt } from "../world/positions.ts"
import { receiptsOf } from "../world/marks.ts"
import { receivedAt } from "../world/invitations.ts"
import { everDrafted } from "../world/drafts.ts"
import { readingsOf } from "../world/threads.ts"
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
    if (!canSee(stretches, seq) || (itself && !isFor(happened, user.id, stretches, seq)))
      say(`was told of ${log}/${seq}`)
  }
  for (const problem of noticeProblems(world, device)) say(problem)
  for (const log of anotherHistory(device)) say(`has caught up, and has another history of ${log}`)
  if (state.account === null || device.stale.has(accountLog(user.id))) return problems
  if (state.account.seq > headOf(world, user.id)) say(`its account is at ${state.account.seq}`)
  const wrong = (what: string, found: unknown, expected: unknown) =>
    say(`${what}: has ${show(found)}, expected ${show(expected)}`)
  contactProblems(world, user.id, state.account.contacts, wrong, state.account.seq)
  const receipts = receiptsOf(world, user.id, state.account.seq)
  if (!isDeepStrictEqual({ ...state.account.receipts }, receipts)) wrong("receipts", state.account.receipts, receipts)
  invitationProblems(world, state.account.invitations, receivedAt(world, user.id, state.account.seq).values(), wrong)
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

/** The logs that should have come anew before it had caught up. */
const anotherHistory = ({ stale, following, state, user }: Device): ReadonlyArray<LogId> => {
  if (following?.protocol.caughtUp !== true) return []
  const shown = new Set([accountLog(user.id), ...[...state.conversations.keys()].map(conversationLog)])
  return [...stale].filter((log) => shown.has(log))
}

const conversationProblems = (world: World, device: Device, found: ConversationState): ReadonlyArray<string> => {
  const { user } = device
  const { id, seq, position } = found
  const log = logOf(world, id)
  if (seq > log.length) return [`is at ${seq}, and the log has ${log.length}`]
  const problems: Array<string> = []
  const reached = positionAt(world, id, user.id, position.rev)
  if (position.seq !== reached.seq) problems.push(`the position is ${show(position)}`)
  const expected = { ...conversationAt(world, id, user.id, lastOf(log, seq), position), seq }
  // What was hidden since then may have been left out already, or not: the next position says how many there are.
  const isCounted = hiddenAt(world, id, user.id).size === hiddenAt(world, id, user.id, reached.own).size
  const { unread, mentions } = isCounted ? expected : found
  // Who was just removed has no stretch that goes on.
  const from = membersAt(log, lastOf(log, seq)).has(user.id) ? expected.from : found.from
  const last = found.lastMessage
  const isLast = last !== null && last.seq === expected.lastMessage?.seq
  const lastMessage = isLast ? messageFor(world, device, last, lastOf(log, seq)) : expected.lastMessage
  const { threads: _, ...told } = expected
  const complete = { ...told, from, unread, mentions, lastMessage, mark: found.mark, ...besides(found) }
  if (!sameConversation(found, complete)) problems.push(`is ${show(listed(found))}, expected ${show(complete)}`)
  return [
    ...problems,
    ...threadProblems(world, user.id, found),
    ...draftProblems(world, user.id, found),
    ...windowProblems(world, device, found),
  ]
}

// The end of a room changes nothing in it: the next word is that it has gone.
const lastOf = (log: Log, seq: number): number => (log[seq - 1]?.fact.type === "RoomDeleted" ? seq - 1 : seq)

// What stands beside the log comes when it comes.
const besides = ({ threads, drafts }: ConversationState) => ({
  ...(threads === undefined ? {} : { threads }),
  ...(drafts === undefined ? {} : { drafts }),
})

const draftProblems = (world: World, user: UserId, { id, drafts = [] }: ConversationState): ReadonlyArray<string> => {
  const drafted = everDrafted(world, id, user)
  return drafts.flatMap(({ thread, body, rev }) =>
    drafted.some((draft) => draft.thread === (thread ?? 0) && draft.body === body && draft.rev === rev)
      ? []
      : [`the draft in ${thread} is ${show(body)} at ${rev}`],
  )
}

const threadProblems = (world: World, user: UserId, { id, threads = [] }: ConversationState): ReadonlyArray<string> =>
  threads.flatMap(({ thread, position }) =>
    readingsOf(world, id, user, thread)[position.rev - 1] === position.seq
      ? []
      : [`the position in ${thread} is ${show(position)}`],
  )

/** What a list has of it. */
export const listed = ({ window: _, members: __, ...conversation }: ConversationState) => conversation

// A message is shown as it was when it came, which may be later than the cursor, but for what the account has hidden up to
// where it is in its own log; and what is from before the account's snapshot does not know that either.
const messageFor = (
  world: World,
  device: Device,
  { conversation, seq, rev, hidden }: Message,
  until: number,
): Message => {
  const own = hidden ? undefined : device.state.outdated.has(conversation) ? 0 : device.state.account?.seq
  const expected = messageAt(world, device.user.id, conversation, seq, until, own)
  return rev > expected.rev ? messageAt(world, device.user.id, conversation, seq, rev, own) : expected
}

const windowProblems = (
  world: World,
  device: Device,
  { id, seq, window }: ConversationState,
): ReadonlyArray<string> => {
  const log = logOf(world, id)
  const expected = visibleMessages(log, device.user.id, lastOf(log, seq)).filter((place) => place >= window.from)
  const found = window.messages.map((message) => message.seq)
  if (!isDeepStrictEqual(found, expected)) {
    return [`the window from ${window.from} to ${seq} has ${show(found)}, expected ${show(expected)}`]
  }
  return window.messages.flatMap((message) => {
    const should = messageFor(world, device, message, lastOf(log, seq))
    return isMessage(message, should) ? [] : [`the window has ${show(message)}, expected ${show(should)}`]
  })
}
