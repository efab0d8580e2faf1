import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ConversationId } from "@chat/domain/Ids"
import { RoomName, Username } from "@chat/domain/Values"
import { formatTarget, parseTarget } from "../../src/targets/Target.ts"

const RoomLetters = Schema.NonEmptyArray(
  Schema.Literals(["a", "Z", "ü", "e\u0301", "0", "_", ".", "-", "你", "م", "𝒳"]),
).check(Schema.isMaxLength(20))

const parsed = (text: string) => Result.getOrThrow(parseTarget(text))

describe("Target", () => {
  it.prop("every user can be addressed, in any case", [Username], ([name]) => {
    assert.deepStrictEqual(parsed(`@${name.toUpperCase()}`), { _tag: "Person", name })
  })

  it.prop("every room can be addressed", [RoomLetters], ([letters]) => {
    const name = RoomName.make(letters.join(""))
    assert.deepStrictEqual(parsed(`#${name}`), { _tag: "Room", name })
  })

  it.prop("every group can be addressed, with signs or without", [Username, Username], ([one, other]) => {
    const group = { _tag: "Group", names: [one, other] } as const
    assert.deepStrictEqual(parsed(`@${one},@${other.toUpperCase()}`), group)
    assert.deepStrictEqual(parsed(`${one},${other}`), group)
    assert.deepStrictEqual(parsed(formatTarget(group)), group)
    assert.deepStrictEqual(parsed(`@${one},`), { _tag: "Group", names: [one] })
  })

  it.prop("every conversation can be addressed", [ConversationId], ([id]) => {
    assert.deepStrictEqual(parsed(id), { _tag: "Conversation", id })
  })

  it.prop("a name without a sign may be a user's or a room's", [Username], ([name]) => {
    const target = parsed(name)
    assert.strictEqual(target._tag, "Either")
    if (target._tag !== "Either") return
    assert.deepStrictEqual(target.user, Option.some(name))
    assert.strictEqual(target.room, RoomName.make(name))
  })

  it.prop("what is written as it was read is read the same", [Username], ([name]) => {
    for (const text of [`@${name}`, `#${name}`, name]) {
      assert.strictEqual(formatTarget(parsed(text)), text)
    }
  })

  it("says what is wrong", () => {
    for (const text of ["", "@", "#", "@a", "two words", "#two words", "@ünal", "a/b", ",", "@ann,#room"]) {
      assert.isTrue(Result.isFailure(parseTarget(text)), text)
    }
  })

  it("knows that a name with capitals or letters of other scripts is no user's as it stands", () => {
    const target = parsed("Überblick")
    assert.deepStrictEqual(target, { _tag: "Either", user: Option.none(), room: RoomName.make("Überblick") })
  })
})
