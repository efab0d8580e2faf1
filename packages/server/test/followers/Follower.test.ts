import type { LogEvent } from "@chat/domain/Event"
import { ConversationId, conversationLog, MessageId, SessionId, UserId } from "@chat/domain/Ids"
import { unmarked } from "@chat/domain/Message"
import { Body, Emoji, Mark, Seq, Timestamp, Username } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import { Follower } from "../../src/followers/Follower.ts"
import { outgoing } from "../../src/followers/Outgoing.ts"

const ann = { id: UserId.make(randomUUID()), username: Username.make("ann") }
const conversation = ConversationId.make(randomUUID())
const log = conversationLog(conversation)
const at = Timestamp.make("2026-01-01T00:00:00.000Z")

/** Ann edits at `seq` what she posted at `posted`. */
const edited = (seq: number, posted: number): LogEvent => ({
  log,
  seq: Seq.make(seq),
  mark: Mark.make("0123456789abcdef"),
  at,
  actor: ann,
  type: "MessageEdited",
  data: {
    mentionsBefore: null,
    mentionsAfter: null,
    message: {
      ...unmarked,
      id: MessageId.make(randomUUID()),
      conversation,
      seq: Seq.make(posted),
      author: ann,
      body: Body.make("now"),
      rev: Seq.make(seq),
      postedAt: at,
      editedAt: at,
      deletedAt: null,
      ...unmarked,
    },
  },
})

/** Somebody who can see everything from 10 on, and has been sent all up to 12. */
const newcomer = () => {
  const follower = new Follower(UserId.make(randomUUID()), SessionId.make(randomUUID()))
  const followed = follower.follow(log, undefined, 12)
  return { follower, followed: Object.assign(followed, { sent: 12, from: 10, behind: false, snapshot: undefined }) }
}

const advance = (follower: Follower, seq: number, events: ReadonlyArray<LogEvent>) =>
  follower.advanced(log, seq, events.map(outgoing))

describe("Follower", () => {
  it("sends what happens to what its account can see", () => {
    const { follower, followed } = newcomer()
    advance(follower, 13, [edited(13, 11)])
    assert.deepStrictEqual([follower.take().length, followed.sent, followed.behind], [1, 13, false])
  })

  it("leaves to the database what happens to what is from before", () => {
    const { follower, followed } = newcomer()
    advance(follower, 13, [edited(13, 9)])
    assert.deepStrictEqual([follower.take().length, followed.sent, followed.behind], [0, 12, true])
  })

  it("leaves to the database what looks different to everybody", () => {
    const { follower, followed } = newcomer()
    const event = edited(13, 11)
    assert(event.type === "MessageEdited")
    const reactions = [{ emoji: Emoji.make("👍"), count: 1, mine: true }]
    advance(follower, 13, [{ ...event, data: { ...event.data, message: { ...event.data.message, reactions } } }])
    assert.deepStrictEqual([follower.take().length, followed.sent, followed.behind], [0, 12, true])
  })

  it("sends nothing after the removal of its account", () => {
    const { follower, followed } = newcomer()
    const user = { id: follower.account, username: Username.make("bob") }
    const { type: _, data: __, ...envelope } = edited(13, 11)
    advance(follower, 14, [
      { ...envelope, actor: user, type: "MemberLeft", data: { user, reason: "left" } },
      edited(14, 11),
    ])
    advance(follower, 15, [edited(15, 11)])
    assert.deepStrictEqual([follower.take().length, followed.sent, followed.closed], [1, 13, true])
  })

  it("does not forget a position that moves before its log is followed", () => {
    const follower = new Follower(UserId.make(randomUUID()), SessionId.make(randomUUID()))
    const other = conversationLog(ConversationId.make(randomUUID()))
    follower.positionMoved(log)
    assert.strictEqual(follower.follow(log, undefined, 1).positions, 1)
    assert.strictEqual(follower.follow(other, undefined, 1).positions, 0)
  })
})
