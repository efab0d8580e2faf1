import { RateLimited } from "@chat/domain/Errors"
import { type MessageId } from "@chat/domain/Ids"
import { Body } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { memoryOutboxStore, type OutboxStore } from "../../src/outbox/OutboxStore.ts"
import { timeline } from "../../src/timeline/timeline.ts"
import { conversationId, messageId } from "../support/fixtures.ts"
import { makeWorld, until } from "../support/world.ts"

const text = (value: string) => Body.make(value)
const Step = Schema.Union([
  Schema.TaggedStruct("Post", { room: Schema.Literals([0, 1]) }),
  Schema.TaggedStruct("Post", { room: Schema.Literals([0, 1]) }),
  Schema.TaggedStruct("Say", { room: Schema.Literals([0, 1]) }),
  Schema.TaggedStruct("Cut", {}),
  Schema.TaggedStruct("CutAfter", { frames: Schema.Literals([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) }),
  Schema.TaggedStruct("Down", {}),
  Schema.TaggedStruct("Up", {}),
  Schema.TaggedStruct("Limit", { times: Schema.Literals([1, 2, 3]) }),
  Schema.TaggedStruct("Expire", {}),
  Schema.TaggedStruct("Restart", {}),
  Schema.TaggedStruct("Wait", { millis: Schema.Literals([0, 100, 1_000, 20_000]) }),
])

describe("Outbox, under faults", () => {
  const met = { cuts: 0, restarts: 0, repeats: 0, limited: 0, renewals: 0 }

  const follow = (steps: ReadonlyArray<typeof Step.Type>) =>
    Effect.gen(function* () {
      const memory = memoryOutboxStore()
      const kept = new Set<MessageId>()
      const outboxStore: OutboxStore = {
        ...memory,
        put: (record) => {
          kept.add(record.id)
          return memory.put(record)
        },
        remove: (id) => {
          kept.delete(id)
          return memory.remove(id)
        },
      }
      let scope = yield* Scope.make()
      const world = yield* makeWorld(2, { outboxStore }).pipe(Scope.provide(scope))
      const { server, network, restart } = world
      let { client } = world
      yield* until(() => client.connection.get()._tag === "Online")
      const posted: Array<{ readonly id: MessageId; readonly room: number }> = []
      let sinceRestart: Array<{ readonly id: MessageId; readonly room: number }> = []
      let problem: string | undefined

      const watch = () => {
        const check = () => {
          const state = client.state.get()
          if (state.account === null) return
          for (const place of [0, 1]) {
            const shown = timeline(state, client.outbox.get(), conversationId(place)).map((item) =>
              item._tag === "Message" ? item.message.id : item.entry.id,
            )
            const own = sinceRestart.filter(({ room }) => room === place).map(({ id }) => id)
            const seen = shown.filter((id) => own.includes(id))
            if (JSON.stringify(seen) !== JSON.stringify(own)) problem ??= `${seen.join()} instead of ${own.join()}`
          }
        }
        client.state.subscribe(check)
        client.outbox.subscribe(check)
      }
      watch()

      for (const step of steps) {
        switch (step._tag) {
          case "Post": {
            const id = messageId(posted.length)
            const message = { id, room: step.room }
            posted.push(message)
            yield* client.post(conversationId(step.room), text(`message ${posted.length}`), { id })
            sinceRestart.push(message)
            break
          }
          case "Say":
            server.say(conversationId(step.room), "from bob")
            break
          case "Cut":
            met.cuts++
            network.cut()
            break
          case "CutAfter": {
            let left: number = step.frames
            network.fate = () => {
              if (left-- !== 0) return "pass"
              met.cuts++
              return "cut"
            }
            break
          }
          case "Down":
            network.down = true
            network.cut()
            break
          case "Up":
            network.down = false
            break
          case "Limit": {
            let left: number = step.times
            server.refuse = (tag) => {
              if (tag !== "PostMessage" || left-- <= 0) return undefined
              met.limited++
              return new RateLimited({ limit: "messages", retryAfter: 700 })
            }
            break
          }
          case "Expire":
            server.expire()
            break
          case "Restart": {
            met.restarts++
            yield* Scope.close(scope, Exit.void)
            scope = yield* Scope.make()
            sinceRestart = []
            client = yield* restart.pipe(Scope.provide(scope))
            // What a first snapshot covers is not in the window: messages are watched from then on.
            network.down = false
            yield* until(() => client.connection.get()._tag === "Online")
            watch()
            break
          }
          case "Wait":
            yield* until(() => true)
            for (let left: number = step.millis; left > 0; left -= 500) {
              let waited = false
              yield* until(() => waited || !(waited = true), Math.min(500, left))
            }
            break
        }
      }
      network.down = false
      network.fate = () => "pass"
      yield* until(() => client.outbox.get().length === 0 && client.connection.get()._tag === "Online")
      // What the state has already is acknowledged in the end, and then it is kept no longer.
      yield* until(() => kept.size === 0)
      assert.isUndefined(problem)
      for (const place of [0, 1]) {
        const there = server.messages(conversationId(place)).filter(({ author }) => author.username === "alice")
        assert.deepStrictEqual(
          there.map(({ id }) => id),
          posted.filter(({ room }) => room === place).map(({ id }) => id),
        )
      }
      met.repeats += server.calls.filter((tag) => tag === "PostMessage").length - posted.length
      met.renewals += server.refreshes
      yield* Scope.close(scope, Exit.void)
    })

  it.effect.prop(
    "loses nothing, doubles nothing, keeps the order, and shows every message once at every moment",
    [Schema.Array(Step).check(Schema.isMinLength(5), Schema.isMaxLength(40))],
    ([steps]) => follow(steps),
    { arbitrary: { runs: process.env["CHAT_TEST_LONG"] === "1" ? 5_000 : 200 }, timeout: 600_000 },
  )

  it.effect("forgets what the log has although its answer was lost and its repetition refused", () =>
    follow([
      { _tag: "Post", room: 1 },
      { _tag: "CutAfter", frames: 2 },
      { _tag: "Wait", millis: 0 },
      { _tag: "Limit", times: 2 },
    ]),
  )

  it("met every rare case", () => {
    console.log(`outbox programs met: ${JSON.stringify(met)}`)
    for (const [name, times] of Object.entries(met)) assert.isAbove(times, 0, name)
  })
})
