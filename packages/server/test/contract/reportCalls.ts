import { MessageId, UserId } from "@chat/domain/Ids"
import { Body, ReportText } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { adminNames } from "../support/node.ts"
import { commandId, failure, makeRoom, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const reason = ReportText.make("It is an advertisement")
const note = ReportText.make("Talked to them")

export const reportCalls = (it: It): void => {
  it.effect("what is reported is kept as it was, for moderators alone", () =>
    Effect.gen(function* () {
      const root = yield* signUp(adminNames[3])
      const [ann, bob, mod] = [yield* signUp(), yield* signUp(), yield* signUp()]
      yield* root.call.SetServerRole({ commandId: commandId(), user: mod.id, role: "moderator" })
      const { conversation } = yield* makeRoom(bob)
      const { id: message, seq } = yield* say(bob, conversation, "Buy this")
      const command = { commandId: commandId(), conversation, message, reason }
      // Who cannot see it cannot report it.
      yield* failure(ann.call.ReportMessage(command), "MessageNotFound")
      yield* ann.call.JoinRoom({ commandId: commandId(), conversation })
      const receipt = yield* ann.call.ReportMessage(command)
      yield* bob.call.EditMessage({ commandId: commandId(), conversation, message, body: Body.make("Be kind") })
      yield* bob.call.DeleteMessage({ commandId: commandId(), conversation, message })
      assert.deepStrictEqual(yield* ann.call.ReportMessage(command), receipt)
      const missing = { ...command, commandId: commandId(), message: MessageId.make(randomUUID()) }
      yield* failure(ann.call.ReportMessage(missing), "MessageNotFound")
      yield* ann.call.ReportUser({ commandId: commandId(), user: bob.id, reason })
      yield* failure(
        ann.call.ReportUser({ commandId: commandId(), user: UserId.make(randomUUID()), reason }),
        "UserNotFound",
      )
      const used = (yield* say(ann, conversation)).id
      // Any UUID can be the id of a command.
      const taken = { commandId: used as string as typeof command.commandId }
      yield* failure(ann.call.ReportUser({ ...taken, user: bob.id, reason }), "IdTaken")
      yield* failure(ann.call.ReportMessage({ ...command, ...taken }), "IdTaken")

      yield* failure(bob.call.ListReports({}), "NotPermitted")
      yield* failure(bob.call.CloseReport({ report: 1, note }), "NotPermitted")
      const { reports } = yield* mod.call.ListReports({ open: true, limit: 2 })
      const brief = reports.map(({ by, about, message, reason, closed }) => ({
        by: by.id,
        about: about.id,
        message,
        reason,
        closed,
      }))
      const of = { by: ann.id, about: bob.id, reason, closed: null }
      const evidence = { conversation, id: message, seq, body: Body.make("Buy this") }
      assert.deepStrictEqual(brief, [
        { ...of, message: null },
        { ...of, message: evidence },
      ])
      const [ofUser, ofMessage] = reports.map(({ number }) => number)
      if (ofUser === undefined || ofMessage === undefined) return assert.fail("They are there")
      yield* mod.call.CloseReport({ report: ofUser, note })
      yield* root.call.CloseReport({ report: ofUser, note: reason })
      yield* failure(mod.call.CloseReport({ report: 1_000_000, note }), "ReportNotFound")
      const left = yield* root.call.ListReports({ open: true, limit: 1 })
      assert.deepStrictEqual(
        left.reports.map(({ number }) => number),
        [ofMessage],
      )
      const done = yield* mod.call.ListReports({ open: false, limit: 1 })
      assert.deepInclude(done.reports[0]?.closed, { by: { id: mod.id, username: mod.username }, note })
      assert.isTrue((yield* mod.call.ListReports({ limit: 1 })).more)
      assert.strictEqual((yield* mod.call.ListReports({ before: ofUser, limit: 1 })).reports[0]?.number, ofMessage)
    }),
  )

  it.effect("nobody reports without end", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const report = () => ann.call.ReportUser({ commandId: commandId(), user: bob.id, reason })
      for (let sent = 0; sent < 10; sent++) yield* report()
      assert.strictEqual((yield* failure(report(), "RateLimited")).limit, "reports")
    }),
  )
}
