import { assert, describe, it } from "@effect/vitest"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { type ConversationState, empty, type State } from "@chat/domain/state/State"
import { afterAll } from "vitest"
import { programRuns } from "../runs.ts"
import { accountSnapshot } from "./account.ts"
import { type Expected, nothingMet, type Program, program } from "./program.ts"

const stateOf = (state: State, of: Program): ConversationState => {
  const conversation = state.conversations.get(of.history.id)
  if (conversation === undefined) throw new Error("The conversation is not there")
  return conversation
}

/** What must hold at any moment: counts as of the cursor; each message there once, in a version at least that new. */
const checkStep = (actual: ConversationState, { conversation, from, members }: Expected, of: Program): void => {
  const { lastMessage, ...counted } = conversation
  const { window, members: list, lastMessage: last, ...rest } = actual
  assert.deepStrictEqual(rest, counted)
  assert.strictEqual(window.from, from)
  const messages = LogHistory.messagesAsOf(of.history, from, counted.seq, counted.seq)
  assert.deepStrictEqual(
    window.messages.map(({ seq }) => seq),
    messages.map(({ seq }) => seq),
  )
  for (const [index, { rev }] of window.messages.entries()) {
    const message = messages[index]
    assert.isTrue(message !== undefined && rev >= message.rev, "a message is older than the cursor")
  }
  assert.strictEqual(last?.seq, lastMessage?.seq)
  assert.isTrue((last?.rev ?? 0) >= (lastMessage?.rev ?? 0), "the last message is older than the cursor")
  assert.strictEqual(list === null ? "none" : list.next === null ? "all" : Number(list.next), members)
}

/** What has been shown in a new version is never shown in an older one again. */
const checkNewer = (before: ConversationState, after: ConversationState): void => {
  const revs = new Map(after.window.messages.map(({ seq, rev }) => [seq, rev]))
  for (const { seq, rev } of before.window.messages) {
    assert.isAtLeast(revs.get(seq) ?? -1, rev, "a message went back to an older version")
  }
}

/** What must hold at rest: everything is as it would be fetched now. */
const checkRest = (actual: ConversationState, { conversation, from, members }: Expected, of: Program): void => {
  const { window, members: list, ...rest } = actual
  assert.deepStrictEqual(rest, conversation)
  assert.deepStrictEqual(window.messages, LogHistory.messagesAsOf(of.history, from, conversation.seq, conversation.seq))
  const all = LogHistory.membersAsOf(of.history, conversation.seq)
  const upTo = members === "all" ? Infinity : members
  assert.deepStrictEqual(
    list?.list ?? "none",
    members === "none" ? "none" : all.filter(({ joined }) => joined <= Number(upTo)),
  )
}

const met = nothingMet()

afterAll(() => {
  console.log("rare cases met:", JSON.stringify(met))
  for (const [name, count] of Object.entries(met)) assert.isAbove(count, 0, `${name} was never met`)
})

describe("a conversation", () => {
  it.prop(
    "equals what is counted from its whole history, after every item and at rest",
    [program(1)],
    ([run]) => {
      let state = apply(empty, accountSnapshot([run.history.id]))
      for (const { item, expected } of run.steps) {
        const before = state
        state = apply(state, item)
        checkStep(stateOf(state, run), expected, run)
        if (item._tag !== "ConversationSnapshot") checkNewer(stateOf(before, run), stateOf(state, run))
      }
      const last = run.steps.at(-1)
      if (last !== undefined) checkRest(stateOf(state, run), last.expected, run)
      assert.strictEqual(state.fetches.size, 0)
      for (const key of Object.keys(met) as Array<keyof typeof met>) met[key] += run.met[key]
    },
    programRuns(400),
  )

  it.prop(
    "is the same whether items are applied one by one or together",
    [program(1)],
    ([run]) => {
      const items = run.steps.map(({ item }) => item)
      let state = apply(empty, accountSnapshot([run.history.id]))
      const before = state
      for (const item of items) state = apply(state, item)
      assert.deepStrictEqual(applyAll(before, items), state)
    },
    programRuns(),
  )

  it.prop(
    "never changes a state that it has given out",
    [program(1)],
    ([run]) => {
      let state = apply(empty, accountSnapshot([run.history.id]))
      for (const { item } of run.steps) {
        const copy = structuredClone(state)
        const next = apply(state, item)
        assert.deepStrictEqual(state, copy)
        state = next
      }
    },
    programRuns(50),
  )

  it.prop(
    "gives back the very same state for events that it has already",
    [program(1)],
    ([run]) => {
      const state = applyAll(
        apply(empty, accountSnapshot([run.history.id])),
        run.steps.map(({ item }) => item),
      )
      for (const { item } of run.steps) {
        if (item._tag === "Event" || item._tag === "Skip") assert.strictEqual(apply(state, item), state)
      }
    },
    programRuns(),
  )
})
