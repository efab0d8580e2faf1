/**
 * Bounded values. What is a matter of form (well-formed Unicode, not blank) is decided here, for every client and
 * server alike; how long a text may be is a limit of the server, which `Hello` states and `TooLarge` names.
 */
import * as Schema from "effect/Schema"

/** The hard end of every text, in code points: what no server can be configured to exceed. */
export const MaxTextLength = 65_536

const isWellFormed = Schema.makeFilter<string>(
  (text) => (text.isWellFormed() && !text.includes("\u0000") ? undefined : "well-formed Unicode without U+0000"),
  { expected: "well-formed Unicode without U+0000" },
)

const isNotBlank = Schema.makeFilter<string>((text) => (text.trim() === "" ? "a text that is not blank" : undefined), {
  expected: "a text that is not blank",
  arbitraryConstraint: { minLength: 1 },
})

const isOneLine = Schema.makeFilter<string>((text) => (/\p{Cc}/u.test(text) ? "a single line" : undefined), {
  expected: "a single line without control characters",
})

/** A text on one line, of so many code points at most; may be empty. */
export const oneLine = (longest: number) =>
  Schema.String.check(isWellFormed, isOneLine, Schema.isMaxCodePoints(longest))

/** Any text: well-formed Unicode without U+0000. */
export const Text = Schema.String.check(isWellFormed, Schema.isMaxCodePoints(MaxTextLength))

/** What somebody typed to look for something: like any text, but as short as one line of input. */
export const Query = Schema.String.check(isWellFormed, Schema.isMaxLength(256))

/** Where a page begins: from `next` of the page before; not for reading. */
export const PageCursor = Schema.String.check(isWellFormed, Schema.isMaxLength(256))

/** A name that people address each other by: unique, compared without regard to case because it has none. */
export const Username = Schema.String.check(
  Schema.isPattern(/^[a-z0-9_.-]{2,32}$/u, { expected: "2 to 32 of a-z, 0-9, '_', '.' and '-'" }),
).pipe(Schema.brand("Username"))
export type Username = typeof Username.Type

/** An address with one `@` and a dot in its domain; whether it exists is not checked. Compared without regard to case. */
export const Email = Schema.String.check(
  isWellFormed,
  isOneLine,
  Schema.isMaxLength(254),
  Schema.isPattern(/^[^\s@]{1,64}@[^\s@.]{1,63}(\.[^\s@.]{1,63}){1,8}$/u, { expected: "an email address" }),
).pipe(Schema.brand("Email"))
export type Email = typeof Email.Type

/** A password as typed; 8 to 128 code points and not a common one, which the server checks. */
export const Password = Schema.String.check(isWellFormed, Schema.isMaxCodePoints(1_024))

/** What somebody is called besides their username: one line of at most 64 code points, not unique. */
export const DisplayName = Schema.String.check(isWellFormed, isNotBlank, isOneLine, Schema.isMaxCodePoints(64)).pipe(
  Schema.brand("DisplayName"),
)
export type DisplayName = typeof DisplayName.Type

/** What somebody says about themselves, of at most 1,000 code points; may be empty. */
export const Bio = Schema.String.check(isWellFormed, Schema.isMaxCodePoints(1_000)).pipe(Schema.brand("Bio"))
export type Bio = typeof Bio.Type

/** What somebody is up to: one line of at most 140 code points; may be empty. */
export const StatusText = Schema.String.check(isWellFormed, isOneLine, Schema.isMaxCodePoints(140)).pipe(
  Schema.brand("StatusText"),
)
export type StatusText = typeof StatusText.Type

/** Why somebody reports something, or what came of it: at most 1,000 code points. */
export const ReportText = Schema.String.check(isWellFormed, isNotBlank, Schema.isMaxCodePoints(1_000)).pipe(
  Schema.brand("ReportText"),
)
export type ReportText = typeof ReportText.Type

/** What an admin tells everybody: at most 1,000 code points. */
export const NoticeText = Schema.String.check(isWellFormed, isNotBlank, Schema.isMaxCodePoints(1_000)).pipe(
  Schema.brand("NoticeText"),
)
export type NoticeText = typeof NoticeText.Type

/** What a login is called in the list of sessions, such as "laptop". */
export const DeviceName = Schema.String.check(isWellFormed, isNotBlank, isOneLine, Schema.isMaxCodePoints(64)).pipe(
  Schema.brand("DeviceName"),
)
export type DeviceName = typeof DeviceName.Type

/** A message's text, in Markdown, exactly as written: neither trimmed nor normalised. */
export const Body = Text.check(isNotBlank).pipe(Schema.brand("Body"))
export type Body = typeof Body.Type

/** A room's name: one word of letters, digits, `_`, `.` and `-`, unique without regard to case. */
export const RoomName = Schema.String.check(
  Schema.isPattern(/^[\p{L}\p{M}\p{N}_.-]{1,256}$/u, {
    expected: "one word of letters, digits, '_', '.' and '-'",
    // Arbitrary strings are not made from Unicode properties, only held against them; an empty one never fits.
    arbitraryConstraint: { minLength: 1 },
  }),
).pipe(Schema.brand("RoomName"))
export type RoomName = typeof RoomName.Type

/** What a room is about, in one line; may be empty. */
export const Topic = oneLine(4_096).pipe(Schema.brand("Topic"))
export type Topic = typeof Topic.Type

const emojiParts = {
  // A base that is shown as an emoji by itself, or made one by U+FE0F or a skin tone; others would be two ways to write one.
  base: String.raw`(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|(?=\p{Extended_Pictographic})(?:\p{Emoji_Presentation}|\P{Emoji_Presentation}\uFE0F))`,
  tags: String.raw`\u{1F3F4}[\u{E0020}-\u{E007E}]{2,6}\u{E007F}`,
  flag: String.raw`\p{Regional_Indicator}{2}`,
  keycap: String.raw`[0-9#*]\uFE0F\u20E3`,
}

/** One emoji, however many code points make it up: with a skin tone, joined to a family, a flag, a keycap. */
export const Emoji = Schema.String.check(
  Schema.isMaxLength(32),
  Schema.isPattern(
    new RegExp(
      `^(?:${emojiParts.flag}|${emojiParts.tags}|${emojiParts.keycap}|${emojiParts.base}(?:\\u200D${emojiParts.base})*)$`,
      "u",
    ),
    {
      expected: "one emoji",
      // Arbitrary strings are not made from Unicode properties, only held against them.
      arbitraryConstraint: { patterns: [{ source: "^(👍|❤️|🎉|👩🏽‍🚀|🇪🇺|7️⃣|🫠)$", flags: "u" }] },
    },
  ),
).pipe(Schema.brand("Emoji"))
export type Emoji = typeof Emoji.Type

/** The place of an event in its log: 1, 2, 3 ... without a hole. 0 is before the first. */
export const Seq = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(Schema.brand("Seq"))
export type Seq = typeof Seq.Type

/** 64 random bits made with an event, in hexadecimal: tells two logs with the same `seq` apart after a restored backup. */
export const Mark = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{16}$/u, { expected: "16 hexadecimal digits" }),
).pipe(Schema.brand("Mark"))
export type Mark = typeof Mark.Type

/** RFC 3339 in UTC, to the millisecond, always of the same length, so that it sorts as text. */
export const Timestamp = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/u, {
    expected: "an RFC 3339 time in UTC",
  }),
).pipe(Schema.brand("Timestamp"))
export type Timestamp = typeof Timestamp.Type

/** The database's transaction horizon; opaque to clients, which give back the last one that they got. */
export const Stamp = Schema.String.check(Schema.isPattern(/^\d{1,19}$/u, { expected: "a stamp" })).pipe(
  Schema.brand("Stamp"),
)
export type Stamp = typeof Stamp.Type

/** How many items of a list: 1 to 100, 20 by default. */
export const PageSize = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))
export const defaultPageSize = 20
