/**
 * Text of others, made fit for a terminal. A terminal obeys what it is sent: an escape sequence in a message could clear
 * the screen, change the title or answer as if it were typed; a bidi override could make a line read as another one.
 */

// Controls (C0, DEL, C1), line and paragraph separators, and the characters that reorder the text around them. The marks
// LRM, RLM and ALM stay: right-to-left languages need them and they reorder nothing but neutral characters.
const dangerous = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]/gu
const dangerousInText = /[^\P{Cc}\n\t]|[\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]/gu

const visible = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return "\u2421"
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`
}

// What has no width and no look of its own, so that two texts which read the same can differ in it. What joins or parts
// letters and emoji stays, and marks of direction; of the tags, those that make a flag.
const invisible =
  /(?!\p{Join_Control}|\p{VS}|[\u061C\u200E\u200F\u{E0020}-\u{E007F}])\p{Default_Ignorable_Code_Point}|(?<![\u{1F3F4}\u{E0020}-\u{E007F}])[\u{E0020}-\u{E007F}]+/gu

// So many stand over one letter in no language; more are there to be drawn over the lines above and below.
const stacked = /([\p{Mn}\p{Me}]{8})[\p{Mn}\p{Me}]+/gu

/**
 * One line without anything that a terminal would obey: names, topics, whatever stands within a line. What cannot be seen
 * is said to be there, because two names may differ in nothing else.
 */
export const printableLine = (text: string): string =>
  text.replace(dangerous, visible).replace(invisible, visible).replace(stacked, "$1")

/** A text of several lines: line feeds and tabs stay, a carriage return before a line feed is part of the line's end. */
export const printableText = (text: string): string => text.replaceAll("\r\n", "\n").replace(dangerousInText, visible)

/** A text of several lines as a person can see it: printable, and of what cannot be seen only what changes how it is drawn. */
export const legible = (text: string): string =>
  /^[\n\t\x20-\x7E]*$/u.test(text)
    ? text
    : printableText(text.toWellFormed().replace(invisible, "").replace(stacked, "$1"))

/** The same within a line. */
export const legibleLine = (text: string): string => printableLine(legible(text))

/**
 * JSON on one line. The characters that `JSON.stringify` leaves as they are although a terminal obeys them are written as
 * escapes, which mean the same to every reader of JSON.
 */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
