import { conversationLog } from "@chat/domain/Ids"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ChatEvent } from "../../src/events/ChatEvent.ts"
import { conversationId } from "../support/fixtures.ts"
import { makeWorld, settle, until } from "../support/world.ts"

const rooms = [conversationId(0), conversationId(1)]

const Step = Schema.Union([
  Schema.TaggedStruct("Say", { room: Schema.Literals([0, 1]), times: Schema.Literals([1, 2, 5]) }),
  Schema.TaggedStruct("Say", { room: Schema.Literals([0, 1]), times: Schema.Literals([1, 2, 5]) }),
  Schema.TaggedStruct("History", { room: Schema.Literals([0, 1]), limit: Schema.Literals([1, 3, 100]) }),
  Schema.TaggedStruct("Cut", {}),
  Schema.TaggedStruct("CutAfter", { frames: Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) }),
  // Gone for a while, and cut again on the way back.
  Schema.TaggedStruct("Away", {
    room: Schema.Literals([0, 1]),
    missed: Schema.Literals([0, 2, 5, 9]),
    frames: Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  }),
  Schema.TaggedStruct("Down", {}),
  Schema.TaggedStruct("Up", {}),
  Schema.TaggedStruct("Restore", { room: Schema.Literals([0, 1]) }),
  Schema.TaggedStruct("Expire", {}),
  Schema.TaggedStruct("Silence", {}),
  Schema.TaggedStruct("Settle", {}),
  Schema.TaggedStruct("Settle", {}),
])

const met = { cuts: 0, gap: 0, mark: 0, recovered: 0, silences: 0, cutInCatchUp: 0, fetchesCut: 0 }

describe("reconnecting", () => {
  it.effect.prop(
    "delivers every event once and in order, or says what it leaves out, and ends with the state of a fresh client",
    [Schema.Array(Step).check(Schema.isMinLength(3), Schema.isMaxLength(40))],
    ([steps]) =>
      Effect.gen(function* () {
        const { client, server, network, restart } = yield* makeWorld(2)
        server.limits = { ...server.limits, syncGap: 6 }
        const received: Array<ChatEvent> = []
        yield* client.events.pipe(
          Stream.runForEach((event) => Effect.sync(() => received.push(event))),
          Effect.forkChild,
        )
        client.connection.subscribe((status) => {
          if (status._tag === "Online") met.recovered += status.recovered
        })
        yield* until(() => client.connection.get()._tag === "Online")

        for (const step of steps) {
          switch (step._tag) {
            case "Say":
              for (let time = 0; time < step.times; time++) server.say(conversationId(step.room), "hello")
              break
            case "History":
              yield* client.history(conversationId(step.room), { limit: step.limit }).pipe(
                Effect.tapError(() => Effect.sync(() => met.fetchesCut++)),
                Effect.ignore,
                Effect.forkChild({ startImmediately: true }),
              )
              break
            case "Cut":
              met.cuts++
              network.cut()
              break
            case "CutAfter": {
              let left: number = step.frames
              network.fate = () => {
                if (left-- !== 0) return "pass"
                if (client.connection.get()._tag === "Connecting") met.cutInCatchUp++
                return "cut"
              }
              break
            }
            case "Away": {
              network.cut()
              for (let time = 0; time < step.missed; time++) server.say(conversationId(step.room), "missed")
              network.down = false
              let left: number = step.frames
              network.fate = () => {
                if (left-- !== 0) return "pass"
                if (client.connection.get()._tag === "Connecting") met.cutInCatchUp++
                return "cut"
              }
              yield* until(() => client.connection.get()._tag === "Online")
              break
            }
            case "Down":
              network.down = true
              network.cut()
              break
            case "Up":
              network.down = false
              break
            case "Restore":
              server.restore(
                conversationId(step.room),
                Math.max(1, server.head(conversationLog(conversationId(step.room))) - 2),
              )
              network.cut()
              break
            case "Expire":
              server.expire()
              break
            case "Silence":
              met.silences++
              network.silent = true
              yield* until(() => client.connection.get()._tag !== "Online")
              network.silent = false
              break
            case "Settle":
              yield* settle
              yield* settle
              break
          }
        }
        network.down = false
        network.fate = () => "pass"
        network.cut()
        yield* until(() => client.connection.get()._tag !== "Online")
        yield* until(() => client.connection.get()._tag === "Online")
        yield* until(() => client.state.get().fetches.size === 0)
        yield* settle

        for (const room of rooms) {
          const log = conversationLog(room)
          let last = 0
          for (const event of received) {
            if (event._tag === "Event") {
              if (event.event.log !== log) continue
              assert.strictEqual(event.event.seq, last + 1)
              last = event.event.seq
            } else if (event.log === log) {
              if (event.reason === "gap") met.gap++
              if (event.reason === "mark") met.mark++
              assert.strictEqual(event.from, last + 1)
              last = event.to
            }
          }
          assert.strictEqual(last, server.head(log))
        }

        const scope = yield* Scope.make()
        const fresh = yield* restart.pipe(Scope.provide(scope))
        yield* until(() => fresh.connection.get()._tag === "Online")
        for (const room of rooms) {
          const kept = client.state.get().conversations.get(room)
          const anew = fresh.state.get().conversations.get(room)
          assert.isTrue(kept !== undefined && anew !== undefined)
          if (kept === undefined || anew === undefined) return
          const { window, ...rest } = kept
          const { window: _, ...expected } = anew
          assert.deepStrictEqual(rest, expected)
          assert.deepStrictEqual(
            window.messages,
            server.messages(room).filter(({ seq }) => seq >= window.from),
          )
        }
        yield* Scope.close(scope, Exit.void)
      }),
    { arbitrary: { runs: process.env["CHAT_TEST_LONG"] === "1" ? 5_000 : 200 }, timeout: 600_000 },
  )

  it("met every rare case", () => {
    console.log(`reconnect programs met: ${JSON.stringify(met)}`)
    for (const name of ["cuts", "gap", "mark", "recovered", "silences", "cutInCatchUp"] as const) {
      assert.isAbove(met[name], 0, name)
    }
  })
})
