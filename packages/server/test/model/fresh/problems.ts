// What was fetched anew, held against the model.
import { Conversation } from "@chat/domain/Conversation"
import { type ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import { Message } from "@chat/domain/Message"
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"
import type { Facts } from "../devices/Facts.ts"
import type { Fresh, FreshConversation } from "./fetch.ts"
import { contactProblems } from "./contacts.ts"
import { markProblems, starProblems } from "./marks.ts"
import { knows } from "../commands/rooms.ts"
import { peopleProblems } from "./people.ts"
import { receivedProblems, roomInvitationProblems } from "./invitations.ts"
import { receiptProblems } from "./receipts.ts"
import { draftProblems } from "./drafts.ts"
import { threadProblems } from "./threads.ts"
import { bansProblems, roomProblems } from "./rooms.ts"
import { logProblems } from "./logs.ts"
import { noticesIn } from "../world/notices.ts"
import { logOf, type World } from "../world/World.ts"
import { conversationList, memberList } from "../world/conversations.ts"
import { messageAt, visibleMessages } from "../world/messages.ts"
import { isMember, stretchesAt } from "../world/rooms.ts"

const sameMessage = Schema.toEquivalence(Message)
const sameConversation = Schema.toEquivalence(Conversation)
export const show = (value: unknown): string => JSON.stringify(value)
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Where what was fetched is not what the model has. */
export const freshProblems = (world: World, user: UserId, fresh: Fresh, facts: Facts): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const say = (what: string, found: unknown, expected: unknown) =>
    problems.push(`${what}: found ${show(found)}, expected ${show(expected)}`)

  const expected = conversationList(world, user)
  if (
    !isDeepStrictEqual(
      fresh.list.map(({ id }) => id),
      expected.map(({ id }) => id),
    )
  ) {
    say(
      "list",
      fresh.list.map(({ id }) => id),
      expected.map(({ id }) => id),
    )
  }
  for (const [index, conversation] of fresh.list.entries()) {
    const should = expected[index]
    const { mark, drafts } = conversation
    const written = drafts === undefined ? {} : { drafts }
    if (should === undefined || !sameConversation(conversation, { ...should, mark, ...written }))
      say("listed", conversation, should)
    const contradiction = facts.note(conversationLog(conversation.id), conversation.seq, mark)
    if (contradiction !== undefined) problems.push(contradiction)
    const { one } = fresh.conversations.get(conversation.id) ?? {}
    if (one === undefined || "refused" in one || !sameConversation(one, conversation)) say("one", one, conversation)
  }
  for (const [id, found] of fresh.conversations) conversationProblems(world, user, id, found, say)
  logProblems(world, user, user, fresh.own, say)
  peopleProblems(world, user, fresh, say)
  roomProblems(world, user, fresh, say)
  starProblems(world, user, fresh, say)
  threadProblems(world, user, fresh, say)
  draftProblems(world, user, fresh, say)
  receivedProblems(world, user, fresh, say)
  contactProblems(world, user, fresh.contacts, say)
  if (!isDeepStrictEqual(plain(fresh.notices), noticesIn(world))) say("notices", fresh.notices, noticesIn(world))
  return problems
}

export type Say = (what: string, found: unknown, expected: unknown) => void

const conversationProblems = (world: World, user: UserId, id: ConversationId, found: FreshConversation, say: Say) => {
  const happened = logOf(world, id)
  const isThere = isMember(happened, user)
  if (!isThere && !isDeepStrictEqual(found.one, { refused: "ConversationNotFound" })) say("one", found.one, "refusal")
  const refusal = knows(happened, user) ? "NotMember" : "ConversationNotFound"
  const people = isThere ? memberList(world, id) : { refused: refusal }
  if (!isDeepStrictEqual(found.members, people)) say("members", found.members, people)
  logProblems(world, user, id, found.log, say)
  markProblems(world, user, id, found, say)
  bansProblems(world, user, id, found, say)
  receiptProblems(world, user, id, found, say)
  roomInvitationProblems(world, user, id, found, say)
  const hidden = stretchesAt(happened, user).length === 0
  const should = visibleMessages(happened, user).map((seq) => messageAt(world, user, id, seq))
  for (const [name, messages] of [
    ["history upwards", found.up],
    ["history downwards", found.down],
    ["messages by their places", found.some],
  ] as const) {
    if ("refused" in messages) {
      if (!hidden || messages.refused !== "ConversationNotFound") say(name, messages, should)
      continue
    }
    const ordered = name === "history downwards" ? messages.toReversed() : messages
    const same = ordered.length === should.length && ordered.every((message, at) => isMessage(message, should[at]))
    if (hidden || !same) say(name, ordered, hidden ? "refusal" : should)
  }
}

export const isMessage = (found: Message, expected: Message | undefined): boolean =>
  expected !== undefined && sameMessage(found, expected)
