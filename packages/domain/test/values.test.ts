import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@chat/domain/Ids"
import * as Values from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { runs } from "./runs.ts"

const accepts = <S extends Schema.Codec<string, string>>(schema: S) => Schema.is(schema)

/** Texts that are right, texts that are wrong, and the longest that is right in code points. */
const texts: Record<
  string,
  { readonly schema: Schema.Codec<string, string>; right: ReadonlyArray<string>; wrong: ReadonlyArray<string> }
> = {
  Username: {
    schema: Values.Username,
    right: ["ab", "a.b_c-9", "x".repeat(32)],
    wrong: ["a", "Ab", "ä b", "x".repeat(33)],
  },
  Email: {
    schema: Values.Email,
    right: ["a@b.c", "A.b+c@d-e.example.org", "ж@пример.рф"],
    wrong: ["a@b", "a b@c.d", "a@b@c.d", "@b.c", "a@.b", "a\u0000@b.c", "a@b.\ud800", `${"x".repeat(65)}@b.c`],
  },
  Body: { schema: Values.Body, right: ["a", " a\n", "😀", "\u202eabc"], wrong: ["", " \n\t", "\ud800", "a\u0000"] },
  DeviceName: {
    schema: Values.DeviceName,
    right: ["laptop", "😀".repeat(64)],
    wrong: ["", " ", "a\nb", "x".repeat(65)],
  },
  RoomName: {
    schema: Values.RoomName,
    right: ["general", "Küche_2", "日本語"],
    wrong: ["", "a b", "#a", "\ud800", "😀"],
  },
  Topic: { schema: Values.Topic, right: ["", "what it is about"], wrong: ["a\nb", "\u0000", "x".repeat(4_097)] },
  Query: { schema: Values.Query, right: ["", "x".repeat(256)], wrong: ["\u0000", "\udc00", "x".repeat(257)] },
  Password: { schema: Values.Password, right: ["", " \n", "😀".repeat(1_024)], wrong: ["\u0000", "x".repeat(1_025)] },
  UserId: {
    schema: UserId,
    right: ["00000000-0000-0000-0000-00000000000f"],
    wrong: ["00000000-0000-0000-0000-00000000000F", "00000000000000000000000000000000", ""],
  },
  Mark: { schema: Values.Mark, right: ["0123456789abcdef"], wrong: ["0123456789ABCDEF", "0123456789abcde", ""] },
  Stamp: { schema: Values.Stamp, right: ["0", "9".repeat(19)], wrong: ["", "-1", "9".repeat(20), "1.0"] },
  Timestamp: {
    schema: Values.Timestamp,
    right: ["2026-02-28T23:59:59.999Z"],
    wrong: [
      "2026-13-01T00:00:00.000Z",
      "2026-01-01T24:00:00.000Z",
      "2026-01-01T00:00:00Z",
      "2026-01-01T00:00:00.000+00:00",
    ],
  },
}

const severalLines = new Set(["Body", "Password", "Query"])

describe("a text", () => {
  for (const [name, { schema, right, wrong }] of Object.entries(texts)) {
    it(`is a ${name}, or is none`, () => {
      for (const text of right) assert.isTrue(accepts(schema)(text), JSON.stringify(text))
      for (const text of wrong) assert.isFalse(accepts(schema)(text), JSON.stringify(text))
      // `$` of a pattern would let one through in other languages.
      if (!severalLines.has(name))
        assert.isFalse(
          right.some((text) => accepts(schema)(`${text}\n`)),
          "a final newline",
        )
    })
  }

  it.prop(
    "that the contract lets through can be kept by a database and sent as UTF-8, unchanged",
    [Values.Body, Values.DeviceName, Values.RoomName, Values.Topic, Values.Query, Values.Password, Values.Email],
    (texts) => {
      for (const text of texts) {
        assert.isFalse(text.includes("\u0000"))
        assert.strictEqual(new TextDecoder().decode(new TextEncoder().encode(text)), text)
      }
    },
    runs(),
  )

  it.prop(
    "is a body exactly if it is well-formed, not blank and not too long",
    [Arbitrary.schema(Schema.String)],
    ([text]) => {
      const expected = !/\p{Cs}/u.test(text) && !text.includes("\0") && /\S/u.test(text)
      assert.strictEqual(accepts(Values.Body)(text), expected)
    },
    runs(),
  )

  it("is measured in code points", () => {
    assert.isTrue(accepts(Values.Text)("😀".repeat(Values.MaxTextLength)))
    assert.isFalse(accepts(Values.Text)("x".repeat(Values.MaxTextLength + 1)))
  })
})

describe("an emoji", () => {
  const isEmoji = accepts(Values.Emoji)

  it("is each that is recommended for interchange, fully qualified, but not a skin tone by itself", () => {
    const recommended = /^\p{RGI_Emoji}$/v
    const one = Array.from({ length: 0x1fb00 }, (_, point) =>
      point > 0xd7ff && point < 0xe000 ? "" : String.fromCodePoint(point),
    )
    const single = one
      .flatMap((text) => [text, `${text}\uFE0F`, `${text}\u{1F3FD}`])
      .filter((text) => recommended.test(text) && !/^\p{Emoji_Modifier}/u.test(text))
    const joined = ["👩🏽‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴‍☠️", "👩🏽‍❤️‍💋‍👨🏿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇪🇺", "#️⃣", "7️⃣", "🧑‍🧑‍🧒"]
    assert.isAbove(single.length, 1_500)
    for (const text of [...single, ...joined]) assert.isTrue(recommended.test(text) && isEmoji(text), text)
  })

  it("is one, and has one way to be written", () => {
    for (const text of [
      "",
      "a",
      "7",
      "#",
      "👍👍",
      "👍a",
      " 👍",
      "❤",
      "👍\uFE0F",
      "\u200D",
      "👍\u200D",
      "\uFE0F",
      "🇪",
      "\u{1F3FD}",
    ]) {
      assert.isFalse(isEmoji(text), text)
    }
    assert.isFalse(isEmoji(Array.from({ length: 12 }, () => "👩").join("\u200D")), "it has an end")
  })
})

describe("a time", () => {
  it.prop(
    "sorts as text and is one that a Date understands",
    [Values.Timestamp, Values.Timestamp],
    ([a, b]) => {
      assert.isFalse(Number.isNaN(Date.parse(a)))
      // The 30th of February is let through, and is the 2nd of March for a Date: then the texts need not agree with it.
      const exact = [a, b].every((time) => new Date(time).toISOString() === time)
      if (exact) assert.strictEqual(a < b, Date.parse(a) < Date.parse(b))
    },
    runs(),
  )
})

describe("a number", () => {
  it("of a place in a log is whole and not negative, and of a page is 1 to 100", () => {
    for (const right of [0, 1, Number.MAX_SAFE_INTEGER]) assert.isTrue(Schema.is(Values.Seq)(right))
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      assert.isFalse(Schema.is(Values.Seq)(wrong))
    for (const right of [1, 20, 100]) assert.isTrue(Schema.is(Values.PageSize)(right))
    for (const wrong of [0, 101, 1.5]) assert.isFalse(Schema.is(Values.PageSize)(wrong))
    assert.isTrue(Schema.is(Values.PageSize)(Values.defaultPageSize))
  })
})
