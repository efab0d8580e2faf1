import { CommandId, NoticeId } from "@chat/domain/Ids"
import { applyAll } from "@chat/domain/state/apply"
import { cursors, empty, noticesAt } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { NoticeText, Timestamp } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { adminNames } from "../support/node.ts"
import { takeUntil } from "../support/core.ts"
import { again, commandId, failure, follow, isCaughtUp, type Person, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const isNotices = (item: SyncItem): item is Extract<SyncItem, { readonly _tag: "NoticesChanged" }> =>
  item._tag === "NoticesChanged"
const has = (id: NoticeId) => (item: SyncItem) => isNotices(item) && item.notices.some((notice) => notice.id === id)
const lacks = (id: NoticeId) => (item: SyncItem) => isNotices(item) && !has(id)(item)
const listed = ({ call }: Pick<Person, "call">) =>
  Effect.map(call.ListNotices(), ({ notices }) => notices.map(({ id }) => id))

const text = NoticeText.make("We move tonight")
const until = Timestamp.make("2100-01-01T00:00:00.000Z")

export const noticeCalls = (it: It): void => {
  it.effect("BroadcastNotice tells everybody, until it is withdrawn", () =>
    Effect.gen(function* () {
      const root = yield* signUp(adminNames[5])
      const [ann, bob] = [yield* signUp(), yield* signUp()]
      const command = { commandId: commandId(), text, until }
      yield* failure(ann.call.BroadcastNotice(command), "NotPermitted")
      yield* failure(
        root.call.BroadcastNotice({ ...command, until: Timestamp.make("2020-01-01T00:00:00.000Z") }),
        "BadRequest",
      )
      const live = yield* follow(bob)
      yield* takeUntil(live.items, isCaughtUp)
      const made = yield* root.call.BroadcastNotice(command)
      assert.deepInclude(made, { text, until })
      assert.strictEqual<string>(made.id, command.commandId)
      assert.deepStrictEqual(yield* root.call.BroadcastNotice({ ...command, text: NoticeText.make("else") }), made)
      yield* takeUntil(live.items, has(made.id))
      // Whoever comes later has it, until it ends.
      const first = yield* follow(ann)
      const begun = applyAll(empty, yield* takeUntil(first.items, isCaughtUp))
      yield* first.stop
      assert.deepInclude(noticesAt(begun, made.at), made)
      assert.notDeepInclude(noticesAt(begun, until), made)
      assert.include(yield* listed(ann), made.id)
      const request = { cursors: cursors(begun), stamp: begun.stamp ?? assert.fail("it has caught up") }
      yield* failure(ann.call.WithdrawNotice({ notice: made.id }), "NotPermitted")
      yield* root.call.WithdrawNotice({ notice: made.id })
      yield* root.call.WithdrawNotice({ notice: made.id })
      yield* takeUntil(live.items, lacks(made.id))
      assert.notInclude(yield* listed(ann), made.id)
      assert.deepStrictEqual(yield* root.call.BroadcastNotice(command), made, "a repeat makes no new one")
      const back = yield* follow(yield* again(ann), request)
      const after = applyAll(begun, yield* takeUntil(back.items, isCaughtUp))
      assert.notDeepInclude(after.notices, made)
      yield* failure(root.call.WithdrawNotice({ notice: NoticeId.make(randomUUID()) }), "NoticeNotFound")
      const { entries } = yield* root.call.ReadAudit({ account: root.id, limit: 2 })
      assert.deepStrictEqual(
        entries.map(({ action, actor, detail }): ReadonlyArray<unknown> => [action, actor?.id, detail["notice"]]),
        ["notice-withdrawn", "notice"].map((action) => [action, root.id, made.id]),
      )
    }),
  )

  it.effect("BroadcastNotice has an end, and ids of its own", () =>
    Effect.gen(function* () {
      const [root, other] = [yield* signUp(adminNames[6]), yield* signUp()]
      yield* root.call.SetServerRole({ commandId: commandId(), user: other.id, role: "admin" })
      const before = yield* listed(root)
      const { limits } = yield* root.call.Hello({ client: "test", contract: 1 })
      for (let count = before.length; count < limits.notices; count++) {
        yield* root.call.BroadcastNotice({ commandId: commandId(), text })
      }
      const more = { commandId: commandId(), text }
      assert.strictEqual((yield* failure(other.call.BroadcastNotice(more), "TooLarge")).limit, limits.notices)
      const [newest] = yield* listed(root)
      // The id of a notice is that of its command.
      const taken = { commandId: CommandId.make(newest ?? assert.fail("there is one")), text }
      yield* failure(other.call.BroadcastNotice(taken), "IdTaken")
      for (const notice of yield* listed(root)) {
        if (!before.includes(notice)) yield* root.call.WithdrawNotice({ notice })
      }
      yield* other.call.WithdrawNotice({ notice: (yield* other.call.BroadcastNotice(more)).id })
    }),
  )
}
