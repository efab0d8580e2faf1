/** A text as it stands in a pattern of `LIKE`, where nothing of it is a wildcard. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/gu, String.raw`\$&`)
