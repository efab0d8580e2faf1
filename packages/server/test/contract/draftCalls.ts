import { conversationLog } from "@chat/domain/Ids"
import { applyAll } from "@chat/domain/state/apply"
import { draftOf } from "@chat/domain/state/drafts"
import { cursors, empty } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { takeUntil } from "../support/core.ts"
import { again, commandId, failure, follow, isCaughtUp, type Person, say } from "./people.ts"
import type { It } from "./suite.ts"
import { nowhere, reply, room } from "./talk.ts"

const isDraft = (item: SyncItem): item is Extract<SyncItem, { readonly _tag: "DraftChanged" }> =>
  item._tag === "DraftChanged"

const hello = Body.make("hello, I wanted to")
const listed = ({ call }: Pick<Person, "call">) =>
  Effect.map(call.ListDrafts({}), ({ drafts }) =>
    drafts.map(({ thread, body }): readonly [Seq | null, string] => [thread, body]),
  )

export const draftCalls = (it: It): void => {
  it.effect("SetDraft keeps the last one of each place, and takes it away", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const { seq: thread } = yield* say(ann, conversation)
      assert.deepStrictEqual(yield* ann.call.SetDraft({ conversation, body: hello }), { rev: 1 })
      assert.deepStrictEqual(yield* ann.call.SetDraft({ conversation, body: hello }), { rev: 1 }, "nothing is new")
      yield* ann.call.SetDraft({ conversation, thread, body: Body.make("in the thread") })
      const there = { rev: (yield* ann.call.SetDraft({ conversation, body: Body.make("hello again") })).rev }
      assert.deepStrictEqual(there, { rev: 2 })
      assert.deepStrictEqual(yield* listed(ann), [
        [null, "hello again"],
        [thread, "in the thread"],
      ])
      assert.deepStrictEqual(yield* listed(bob), [], "nobody else has them")
      const { drafts } = yield* ann.call.GetConversation({ conversation })
      assert.deepStrictEqual(
        drafts?.map(({ thread, body, rev }): ReadonlyArray<unknown> => [thread, body, rev]),
        [
          [null, "hello again", 2],
          [thread, "in the thread", 1],
        ],
      )
      assert.isUndefined((yield* bob.call.GetConversation({ conversation })).drafts)
      const first = yield* ann.call.ListDrafts({ limit: 1 })
      const rest = yield* ann.call.ListDrafts({ limit: 1, after: first.next ?? "" })
      assert.deepStrictEqual([first.drafts[0]?.thread, rest.drafts[0]?.thread, rest.next], [null, thread, null])
      yield* failure(ann.call.ListDrafts({ after: "elsewhere" }), "BadRequest")
      yield* reply(ann, conversation, { thread })
      assert.lengthOf(yield* listed(ann), 2, "what is posted is not what is being written")
      assert.deepStrictEqual(yield* ann.call.SetDraft({ conversation, body: null }), { rev: 3 })
      assert.deepStrictEqual(yield* ann.call.SetDraft({ conversation, body: null }), { rev: 3 }, "there is none")
      assert.deepStrictEqual(yield* listed(ann), [[thread, "in the thread"]])
    }),
  )

  it.effect("SetDraft refuses places that are none and texts that are too long", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const { seq: thread } = yield* say(ann, conversation)
      const { seq: within } = yield* reply(bob, conversation, { thread })
      const { limits } = yield* ann.call.Hello({ client: "test", contract: 1 })
      const long = Body.make("x".repeat(limits.messageBody + 1))
      const refused = [
        ["NotMember", eve, { conversation, body: hello }],
        ["NotMember", eve, { conversation, body: null }],
        ["ConversationNotFound", ann, { conversation: nowhere(), body: hello }],
        ["MessageNotFound", ann, { conversation, thread: within, body: hello }],
        ["MessageNotFound", ann, { conversation, thread: Seq.make(1), body: hello }],
        ["TooLarge", ann, { conversation, body: long }],
      ] as const
      for (const [tag, who, draft] of refused) yield* failure(who.call.SetDraft(draft), tag)
      assert.deepStrictEqual(yield* listed(ann), [])
    }),
  )

  it.effect("drafts come to every device, live, with a conversation and after being away", () =>
    Effect.gen(function* () {
      const { ann, conversation } = yield* room
      const { seq: thread } = yield* say(ann, conversation)
      yield* ann.call.SetDraft({ conversation, body: hello })
      const first = yield* follow(yield* again(ann))
      const begun = applyAll(empty, yield* takeUntil(first.items, isCaughtUp))
      assert.strictEqual(draftOf(begun, conversation)?.body, hello)
      const { rev } = yield* ann.call.SetDraft({ conversation, thread, body: hello })
      const items = yield* takeUntil(first.items, (item) => isDraft(item) && item.thread === thread)
      const before = applyAll(begun, items)
      assert.deepInclude(draftOf(before, conversation, thread), { body: hello, rev })
      yield* first.stop
      yield* ann.call.SetDraft({ conversation, thread, body: null })
      yield* ann.call.SetDraft({ conversation, body: Body.make("later") })
      const request = { cursors: cursors(before), stamp: before.stamp ?? assert.fail("it has caught up") }
      const back = yield* follow(yield* again(ann), request)
      const after = applyAll(before, yield* takeUntil(back.items, isCaughtUp))
      assert.strictEqual(draftOf(after, conversation)?.body, "later")
      assert.isUndefined(draftOf(after, conversation, thread))
      const only = yield* follow(yield* again(ann), { ...request, only: [conversationLog(nowhere())] })
      assert.deepStrictEqual((yield* takeUntil(only.items, isCaughtUp)).filter(isDraft), [], "of nothing else")
    }),
  )

  it.effect("a draft goes with the membership, and is taken along", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      for (const { call } of [ann, bob]) yield* call.SetDraft({ conversation, body: hello })
      const exported: Array<unknown> = []
      for (let after: string | null | undefined = undefined; after !== null;) {
        const part: { readonly items: ReadonlyArray<unknown>; readonly next: string | null } = yield* bob.call.Export(
          after === undefined ? {} : { after },
        )
        exported.push(...part.items)
        after = part.next
      }
      assert.include(JSON.stringify(exported), hello)
      yield* bob.call.LeaveRoom({ commandId: commandId(), conversation })
      assert.deepStrictEqual(yield* listed(bob), [])
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      assert.deepStrictEqual(yield* listed(bob), [])
      assert.lengthOf(yield* listed(ann), 1)
    }),
  )
}
