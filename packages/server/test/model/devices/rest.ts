// What a device shows at rest, held against everything that there is.
import { isOutOfDate } from "../world/people.ts"
import { Conversation } from "@chat/domain/Conversation"
import type { Invitation } from "@chat/domain/Invite"
import { conversationList, cursors } from "@chat/domain/state/State"
import type { ReadMarks } from "@chat/domain/ReadMarks"
import { marksOf } from "@chat/domain/state/marks"
import { threadCounts } from "@chat/domain/state/threads"
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"
import type { Device } from "./Device.ts"
import { listed } from "./moment.ts"
import type { Fresh } from "../fresh/fetch.ts"
import { areDrafts } from "../fresh/drafts.ts"
import { isMessage } from "../fresh/problems.ts"
import { headOf, type World } from "../world/World.ts"
import { draftsIn } from "../world/drafts.ts"
import { marksFor } from "../world/marks.ts"
import { noticesIn } from "../world/notices.ts"
import { threadPositions } from "../world/threads.ts"
import { openConversations, positionOf } from "../world/conversations.ts"

const sameConversation = Schema.toEquivalence(Conversation)
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const show = (value: unknown): string => JSON.stringify(value)

/** What a device that is at rest still lacks, to wait for. */
export const missing = (world: World, device: Device): string | undefined => {
  const { state, user, following } = device
  if (following?.protocol.caughtUp !== true) return "has not caught up"
  if (state.account?.seq !== headOf(world, user.id)) return `its account is at ${state.account?.seq}`
  for (const id of openConversations(world, user.id)) {
    const conversation = state.conversations.get(id)
    if (conversation === undefined) return `does not show ${id}`
    const head = headOf(world, id)
    if (conversation.seq !== head) return `is at ${conversation.seq} of ${head} in ${id}`
    const { rev } = positionOf(world, id, user.id)
    if (conversation.position.rev !== rev) return `has the position ${conversation.position.rev} of ${rev} in ${id}`
    const threads = threadPositions(world, id, user.id)
    if (!isDeepStrictEqual(plain(conversation.threads ?? []), plain(threads))) return `lacks what was read in ${id}`
    if (!areDrafts(conversation.drafts ?? [], draftsIn(world, id, user.id))) return `lacks a draft in ${id}`
    const marks = marksOf(state, id)
    if (marks !== undefined && !areMarks([...marks.values()], marksFor(world, id, user.id)))
      return `lacks a mark in ${id}`
  }
  if (!isDeepStrictEqual(plain(state.notices), plain(noticesIn(world)))) return "lacks a notice, or shows an old one"
  // What is remembered of people whom one has nothing to do with any more is shown nowhere.
  const { users: _, ...shown } = state
  if (isOutOfDate(world, shown)) return "calls somebody as they were called before"
  return undefined
}

const areMarks = (found: ReadonlyArray<ReadMarks>, expected: ReadonlyArray<ReadMarks>): boolean => {
  const sorted = (marks: ReadonlyArray<ReadMarks>) => marks.toSorted((a, b) => (a.user < b.user ? -1 : 1))
  const inOrder = sorted(found).map(({ user, delivered, read, rev }) => [user, delivered, read, rev])
  return isDeepStrictEqual(
    inOrder,
    sorted(expected).map(({ user, delivered, read, rev }) => [user, delivered, read, rev]),
  )
}

/** Where the state of a device at rest is not what a fresh fetch gives. */
export const restProblems = (device: Device, fresh: Fresh): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const say = (what: string, found: unknown, expected: unknown) =>
    problems.push(`${device.name}: ${what}: shows ${show(found)}, a fresh fetch gives ${show(expected)}`)
  const list = conversationList(device.state)
  if (list.length !== fresh.list.length)
    say(
      "list",
      list.map(({ id }) => id),
      fresh.list.map(({ id }) => id),
    )
  for (const [index, conversation] of list.entries()) {
    const expected = fresh.list[index]
    const { mark } = conversation
    // A mark may have changed in the database under a connection that was there before.
    if (expected === undefined || !sameConversation(conversation, { ...expected, mark })) {
      say("conversation", listed(conversation), expected)
    }
    const { window, members } = conversation
    const found = fresh.conversations.get(conversation.id)
    const history = found !== undefined && "length" in found.up ? found.up : []
    const loaded = history.filter(({ seq }) => seq >= window.from)
    if (
      loaded.length !== window.messages.length ||
      !loaded.every((message, at) => isMessage(message, window.messages[at]))
    ) {
      say("window", window, loaded)
    }
    if (members === null) continue
    const people = found !== undefined && "length" in found.members ? found.members : []
    const shown = members.next === null ? people : people.slice(0, members.list.length)
    if (!isDeepStrictEqual(members.list, shown)) say("members", members, people)
  }
  for (const { root, ...counts } of fresh.threads) {
    const counted = threadCounts(device.state, root.conversation, root.seq)
    if (counted !== undefined && !isDeepStrictEqual(plain(counted), plain(counts))) say("thread", counted, counts)
  }
  if (cursors(device.state).length !== fresh.list.length + 1)
    say("cursors", cursors(device.state), fresh.list.length + 1)
  const { account, sessions, contacts, invitations } = device.state.account ?? {}
  if (!isDeepStrictEqual(plain(contacts), plain(fresh.contacts))) {
    say("contacts", contacts, fresh.contacts)
  }
  const received = (list: ReadonlyArray<Invitation> = []) => list.map(({ conversation, at }) => [conversation, at])
  if (!isDeepStrictEqual(received(invitations), received(fresh.invitations)))
    say("invitations", invitations, fresh.invitations)
  if (!isDeepStrictEqual({ ...account }, { ...fresh.me })) say("account", account, fresh.me)
  const ids = fresh.sessions.map(({ id }) => id).toSorted()
  if (!isDeepStrictEqual(sessions?.map(({ id }) => id).toSorted(), ids)) say("sessions", sessions, fresh.sessions)
  return problems
}
