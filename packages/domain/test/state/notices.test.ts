import { NoticeId } from "@chat/domain/Ids"
import type { Notice } from "@chat/domain/Notice"
import { applyAll } from "@chat/domain/state/apply"
import { empty, noticesAt } from "@chat/domain/state/State"
import { NoticeText, Timestamp } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"

const at = (hour: number) => Timestamp.make(`2026-01-01T${String(hour).padStart(2, "0")}:00:00.000Z`)
const notice = (number: number, until?: Timestamp): Notice => ({
  id: NoticeId.make(`00000005-0000-4000-8000-00000000000${number}`),
  text: NoticeText.make("We move"),
  at: at(1),
  ...(until === undefined ? {} : { until }),
})

describe("notices", () => {
  it("are those that came last, until they end", () => {
    const state = applyAll(empty, [
      { _tag: "NoticesChanged", notices: [notice(1)] },
      { _tag: "NoticesChanged", notices: [notice(3, at(5)), notice(2)] },
    ])
    assert.deepStrictEqual(noticesAt(state, at(4)), [notice(3, at(5)), notice(2)])
    assert.deepStrictEqual(noticesAt(state, at(5)), [notice(2)])
  })
})
