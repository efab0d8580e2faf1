/** Emoji by their names. The table comes when it is needed first, not when the program starts. */

export interface NamedEmoji {
  readonly emoji: string
  /** The first is what it is called; by the others it is found, too. */
  readonly names: ReadonlyArray<string>
}

const isName = (word: string): boolean => /^[a-z0-9_+-]+$/u.test(word)

export const loadEmoji = async (): Promise<ReadonlyArray<NamedEmoji>> => {
  const { default: table } = await import("emojilib/dist/emoji-en-US.json", { with: { type: "json" } })
  return Object.entries(table).map(([emoji, words]) => ({
    emoji,
    names: words.map((word) => word.toLowerCase().replaceAll(" ", "_")).filter(isName),
  }))
}
