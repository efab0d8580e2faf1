import type { ConversationNotFound, NotMember, StorageUnavailable } from "@chat/domain/Errors"
import { type ConversationId, conversationLog, type MessageId, UserId } from "@chat/domain/Ids"
import { type Typist, typingEvery, typingLasts } from "@chat/domain/Presence"
import { Timestamp } from "@chat/domain/Values"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { typingKey } from "../followers/Whispers.ts"
import { Hub } from "../hub/Hub.ts"
import { readAccess, requireMember } from "../messages/Access.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Directory, knownUser } from "../users/Directory.ts"
import type { Rosters } from "./Rosters.ts"

const maxRemembered = 10_000

const Apart = Schema.Array(Schema.Struct({ id: UserId }))

/** Where somebody is writing. */
export interface Writing {
  readonly conversation: ConversationId
  readonly thread: MessageId | undefined
}

/** Takes in who is writing, and tells those who have it in view: now, or not at all. */
export const makeTyping = Effect.fnUntraced(function* (rosters: Pick<Rosters, "get">) {
  const { read: sql } = yield* Database
  const hub = yield* Hub
  const directory = yield* Directory
  /** When somebody said so last; too much of it is forgotten at once, which lets one through too early. */
  const said = new Map<string, number>()

  const checkStanding = Effect.fnUntraced(function* (account: UserId, conversation: ConversationId) {
    const { standing, silenced } = yield* readAccess(sql, conversation, account)
    yield* requireMember(conversation, standing)
    // Who has blocked them is not told, and there is nobody else.
    if (silenced) return undefined
    const rows = yield* sql`SELECT m.account_id AS id FROM blocks b
      JOIN members m ON m.conversation_id = ${conversation}
        AND m.account_id = CASE WHEN b.account_id = ${account} THEN b.blocked_id ELSE b.account_id END
      WHERE b.account_id = ${account} OR b.blocked_id = ${account}`
    return (yield* Schema.decodeUnknownEffect(Apart)(rows)).map(({ id }) => id)
  }, orUnavailable)

  const say = Effect.fn("Typing.say")(function* (
    account: UserId,
    { conversation, thread }: Writing,
  ): Effect.fn.Return<void, ConversationNotFound | NotMember | StorageUnavailable> {
    const now = yield* Clock.currentTimeMillis
    const key = typingKey(conversation, account)
    if (now - (said.get(key) ?? -typingEvery) < typingEvery) return
    if (said.size >= maxRemembered) said.clear()
    said.set(key, now)
    const apart = yield* Effect.onError(checkStanding(account, conversation), () => Effect.sync(() => said.delete(key)))
    if (apart === undefined) return
    const user = knownUser(yield* directory.resolve([account]), account)
    const until = Timestamp.make(DateTime.formatIso(DateTime.makeUnsafe(now + typingLasts)))
    yield* hub.publish({ _tag: "Typed", typist: { conversation, thread: thread ?? null, user, until }, apart })
  })

  const tell = (typist: Typist, apart: ReadonlyArray<UserId>): void => {
    const roster = rosters.get(typist.conversation)
    if (roster === undefined || roster.stale) return
    for (const { account, follower } of roster.watchers) {
      const followed = follower.logs.get(conversationLog(typist.conversation))
      if (account === typist.user.id || apart.includes(account) || followed === undefined || followed.closed) continue
      follower.whisper(typingKey(typist.conversation, typist.user.id), { _tag: "TypingChanged", ...typist })
    }
  }

  /** Who has posted may begin to write again at once. */
  const posted = (conversation: string, author: UserId): void => {
    if (said.size > 0) said.delete(typingKey(conversation, author))
  }

  return { say, tell, posted }
})
