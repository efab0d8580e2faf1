// What the reducer counts in threads, held against what the queries count.
import { applyAll } from "@chat/domain/state/apply"
import { cursors, empty, type State } from "@chat/domain/state/State"
import { threadCounts } from "@chat/domain/state/threads"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, type Seq } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { again, commandId, follow, isCaughtUp, type Person, say } from "../contract/people.ts"
import { reply, room } from "../contract/talk.ts"
import { inMemory } from "../contract/transports.ts"
import { takeUntil } from "../support/core.ts"
import { embedded } from "../support/databases.ts"
import { handlers, rates } from "../support/node.ts"

const calls = inMemory.pipe(Layer.provideMerge(handlers(embedded, { rates: { ...rates, messagesBurst: 1_000 } })))

/** What a device has after it caught up from where it was. */
const caughtUp = Effect.fnUntraced(function* (person: Person, before: State) {
  const request = { cursors: cursors(before), ...(before.stamp === null ? {} : { stamp: before.stamp }) }
  const { items, stop } = yield* follow(yield* again(person), request)
  const came: ReadonlyArray<SyncItem> = yield* takeUntil(items, isCaughtUp)
  yield* stop
  return applyAll(before, came)
})

const seed = "what is unread in threads"

it.effect("counts in threads agree with the queries, whatever happens in them", () =>
  Effect.gen(function* () {
    const { ann, bob, conversation } = yield* room
    const people = [ann, bob] as const
    let devices: ReadonlyArray<State> = yield* Effect.forEach(people, (person) => caughtUp(person, empty))
    const roots: Array<Seq> = [(yield* say(ann, conversation)).seq]
    const said: Array<{ readonly by: Person; readonly id: Effect.Success<ReturnType<typeof reply>>["id"] }> = []
    const texts = ["hello", `@${ann.username}`, "@room", `@${bob.username} and @${ann.username}`]
    const any = <A>(all: ReadonlyArray<A>) =>
      Effect.map(Random.nextIntBetween(0, Math.max(0, all.length - 1)), (index) => all[index])
    for (let step = 1; step <= 80; step++) {
      const who = (yield* any(people)) ?? ann
      const root = yield* any(roots)
      const one = yield* any(said)
      const text = Body.make((yield* any(texts)) ?? "")
      switch (yield* Random.nextIntBetween(0, 7)) {
        case 0:
          roots.push((yield* say(who, conversation)).seq)
          break
        case 1:
        case 2:
        case 3:
          if (root !== undefined) {
            const { id } = yield* reply(who, conversation, { thread: root }, text)
            said.push({ by: who, id })
          }
          break
        case 4: {
          const { threads } = yield* who.call.ListThreads({ conversation })
          const thread = yield* any(threads)
          if (thread === undefined) break
          const seq = (yield* any([thread.root.seq, thread.root.lastReply ?? thread.root.seq])) ?? thread.root.seq
          yield* who.call.MarkRead({ conversation, thread: thread.root.seq, seq })
          break
        }
        case 5:
          if (one === undefined) break
          yield* one.by.call.DeleteMessage({ commandId: commandId(), conversation, message: one.id })
          said.splice(said.indexOf(one), 1)
          break
        case 6:
          if (one === undefined) break
          yield* one.by.call.EditMessage({ commandId: commandId(), conversation, message: one.id, body: text })
          break
        case 7:
          if (one === undefined) break
          yield* who.call.HideMessage({ commandId: commandId(), conversation, message: one.id })
          break
      }
      if (step % 8 > 0) continue
      devices = yield* Effect.forEach(people, (person, index) => caughtUp(person, devices[index] ?? empty))
      for (const [index, person] of people.entries()) {
        const { threads } = yield* person.call.ListThreads({ conversation, limit: 100 })
        assert.isAtLeast(threads.length, step === 80 ? 1 : 0)
        for (const { root, position, unread, mentions } of threads) {
          const counts = threadCounts(devices[index] ?? empty, conversation, root.seq)
          assert.deepStrictEqual(counts, { position, unread, mentions }, `step ${step}, thread ${root.seq}`)
        }
      }
    }
  }).pipe(Random.withSeed(seed), Effect.provide(calls), Effect.scoped),
)
