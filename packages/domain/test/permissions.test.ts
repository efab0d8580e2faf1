import { assert, describe, it } from "@effect/vitest"
import { Action, may, mayTo, obstacle, pauseOf, Role } from "@chat/domain/permissions"

const roles = [null, ...Role.literals] as const
const open = { archived: false, readOnly: false, slowMode: 0 }

describe("roles", () => {
  it("are enough for more, the higher they are", () => {
    for (const action of Action.literals) {
      assert.isFalse(may(null, action))
      assert.isFalse(may("member", action))
      assert.isTrue(may("owner", action))
    }
    const moderators = Action.literals.filter((action) => may("moderator", action))
    assert.includeMembers([...moderators], ["changeRoom", "kick", "ban"])
    assert.notIncludeMembers([...moderators], ["changeAccess"])
    for (const action of ["changeAccess", "deleteRoom", "transferRoom", "setRole"] as const) {
      assert.isFalse(may("moderator", action), action)
    }
  })

  it("reach only those below them, and strangers", () => {
    const reached = (by: Role) => roles.filter((whom) => mayTo(by, "kick", whom))
    assert.deepStrictEqual(reached("owner"), [null, "moderator", "member"])
    assert.deepStrictEqual(reached("moderator"), [null, "member"])
    assert.deepStrictEqual(reached("member"), [])
  })
})

describe("writing", () => {
  it("is stopped for everybody in an archived room, and for members in one that is read-only", () => {
    for (const role of roles) {
      assert.strictEqual(obstacle(open, role), undefined)
      assert.strictEqual(obstacle({ ...open, archived: true, readOnly: true }, role), "archived")
    }
    const stopped = roles.filter((role) => obstacle({ ...open, readOnly: true }, role) === "readOnly")
    assert.deepStrictEqual(stopped, [null, "member"])
  })

  it("waits in slow mode for members alone", () => {
    const pauses = roles.map((role) => pauseOf({ ...open, slowMode: 7 }, role))
    assert.deepStrictEqual(pauses, [0, 0, 0, 7])
  })
})
