/** Names of emoji in a text that is sent, such as `:tada:`. */
import type { NamedEmoji } from "./emoji.ts"

// not in a word, a time or an address, nor in code
const code = /(```[^]*?(?:```|$)|`[^`\n]*`)/u
const name = /(?<![\p{L}\p{N}_/]):([a-z0-9_+-]*[a-z+-][a-z0-9_+-]*):(?![\p{L}\p{N}_/])/giu

/** Whether there may be names in it, so that the table of them is needed. */
export const mayHaveNames = (text: string): boolean => text.search(name) >= 0

/** By what they are called first, then by what else they are found by. */
const byName = (emoji: ReadonlyArray<NamedEmoji>): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const { emoji: sign, names } of emoji) for (const other of names) if (!found.has(other)) found.set(other, sign)
  for (const { emoji: sign, names } of emoji) if (names[0] !== undefined) found.set(names[0], sign)
  return found
}

/** The text with the emoji in the place of their names; a name that nothing has stays. */
export const withEmoji = (text: string, emoji: ReadonlyArray<NamedEmoji>): string => {
  const signs = byName(emoji)
  return text
    .split(code)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(name, (typed, word: string) => signs.get(word.toLowerCase()) ?? typed),
    )
    .join("")
}
