import { assert, describe, it } from "@effect/vitest"
import type { Conversation } from "@chat/domain/Conversation"
import { ConversationId, type UserId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import { applyAll } from "@chat/domain/state/apply"
import { empty, type LocalItem, type State } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import type { User } from "@chat/domain/User"
import { DisplayName, Seq } from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { runs } from "../runs.ts"

const Op = Schema.Struct({
  what: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 7 })),
  which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })),
})

/** Everybody as of their newest change. */
type People = Map<UserId, User>

const asOf = <A>(value: A, people: People): A =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === "object" && part !== null && "username" in part && "id" in part
      ? (people.get(part.id as UserId) ?? part)
      : part,
  )

const usersIn = (value: unknown): ReadonlyArray<User> => {
  const users: Array<User> = []
  JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return [...part]
    if (typeof part === "object" && part !== null && "username" in part) users.push(part as User)
    return part
  })
  return users
}

/**
 * A client of one conversation whose people change their names. What the server reads is with the names of that moment,
 * and arrives at another: items one after the other, pages whenever they like.
 */
const run = (history: LogHistory.LogHistory, ops: ReadonlyArray<typeof Op.Type>) => {
  const people: People = new Map(LogHistory.people.map((user) => [user.id, user]))
  const wire: Array<SyncItem> = []
  const pages: Array<LocalItem> = []
  let state: State = empty
  let sent = history.joined
  let fetches = 0
  const conversation = (): Conversation => LogHistory.conversationAsOf(history, sent, { seq: Seq.make(sent), rev: 1 })
  const receive = (count: number) => (state = applyAll(state, wire.splice(0, count)))
  const page = (kind: number): LocalItem => {
    const place = { conversation: history.id, asOf: Seq.make(sent) }
    const fetch = fetches++
    if (kind % 2 === 0) {
      const members = LogHistory.membersAsOf(history, sent)
      return { _tag: "MembersFetched", fetch, after: null, page: { ...place, members, next: null } }
    }
    const messages = LogHistory.messagesAsOf(history, 1, sent, sent)
    const range = { from: Seq.make(1), to: Seq.make(sent), more: false }
    return { _tag: "HistoryFetched", fetch, page: { ...place, ...range, messages } }
  }
  wire.push(asOf({ _tag: "ConversationSnapshot", conversation: conversation(), reason: "new" }, people))
  receive(1)
  for (const { what, which } of ops) {
    if (what < 2) {
      const user = LogHistory.people[which % LogHistory.people.length]
      if (user === undefined) continue
      const rev = (people.get(user.id)?.rev ?? 0) + 1
      people.set(user.id, { ...user, name: DisplayName.make(`name ${rev}`), rev })
      wire.push({ _tag: "UserChanged", user: people.get(user.id) ?? user })
      if (which > 15) wire.push({ _tag: "UserChanged", user })
    } else if (what < 4) {
      const to = Math.min(sent + which, history.facts.length)
      if (to > sent) wire.push(...asOf(LogHistory.itemsOf(history, sent + 1, to, to), people))
      sent = to
    } else if (what === 4) receive(which)
    else if (what < 7) {
      const answer = page(which)
      state = applyAll(state, [{ _tag: "FetchStarted", fetch: fetches - 1, conversation: history.id }])
      pages.push(asOf(answer, people))
    } else {
      const [arrived] = pages.splice(which % Math.max(1, pages.length), 1)
      if (arrived !== undefined) state = applyAll(state, [arrived])
    }
  }
  state = applyAll(state, pages.splice(0))
  receive(wire.length)
  return { state, people }
}

describe("people who change", () => {
  it.prop(
    "stand in the newest version everywhere, in what was there before and in what comes later",
    [LogHistory.logHistory(1), Arbitrary.array(Arbitrary.schema(Op), { maxLength: 60 })],
    ([history, ops]) => {
      const { state, people } = run(history, ops)
      for (const user of usersIn({ ...state, users: null })) assert.deepStrictEqual(user, people.get(user.id))
    },
    runs(),
  )

  it("leave everything else the same object", () => {
    const [ada, bob] = LogHistory.people
    if (ada === undefined || bob === undefined) throw new Error("There are no people")
    const history: LogHistory.LogHistory = {
      id: ConversationId.make("00000002-0000-4000-8000-000000000001"),
      facts: [
        { type: "created", by: bob },
        { type: "joined", by: ada },
      ],
      viewer: ada,
      joined: 2,
      visibility: "all",
    }
    const { state } = run(history, [])
    const stranger = { ...bob, id: "00000001-0000-4000-8000-00000000000f" as UserId, rev: 1 }
    const after = applyAll(state, [{ _tag: "UserChanged", user: stranger }])
    assert.strictEqual(after.conversations, state.conversations)
    assert.strictEqual(after.fetches, state.fetches)
  })
})
