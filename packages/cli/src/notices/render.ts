import type { Notice } from "@chat/domain/Notice"
import type { Style } from "../terminal/Output.ts"
import { localMinute } from "../terminal/time.ts"
import { printableText } from "../text/printable.ts"

/** A notice as people read it; later lines are indented, so that none looks like another one. */
export const renderNotice = ({ text, at, until }: Notice, style: Style): string => {
  const end = until === undefined ? "" : style.faint(` (until ${localMinute(until)})`)
  return `${style.faint(localMinute(at))}  ${style.strong(printableText(text).replaceAll("\n", "\n    "))}${end}`
}
