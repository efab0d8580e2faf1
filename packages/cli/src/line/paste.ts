/** What is pasted is one message, however many lines it has: they are joined while they are edited and cut again after. */
import { Transform, type TransformCallback } from "node:stream"
import { StringDecoder } from "node:string_decoder"

const begin = "\u001B[200~"
const end = "\u001B[201~"
const joint = "\u2424"

/** Tells the terminal to mark what is pasted, and not to any more. */
export const markPastes = "\u001B[?2004h"
export const unmarkPastes = "\u001B[?2004l"

/** The line as it was pasted. */
export const unjoined = (line: string): string => line.replaceAll(joint, "\n").replace(/\n+$/u, "")

const joined = (pasted: string): string => pasted.replaceAll(/\r\n|\r|\n/gu, joint)

/** The text without the marks, the line ends of what is between them joined; `pasting`: the end is still to come. */
export const joinPasted = (text: string, pasting: boolean): { readonly text: string; readonly pasting: boolean } => {
  const parts: Array<string> = []
  let rest = text
  let within = pasting
  while (rest !== "") {
    const mark = within ? end : begin
    const index = rest.indexOf(mark)
    const part = index < 0 ? rest : rest.slice(0, index)
    parts.push(within ? joined(part) : part)
    if (index < 0) break
    rest = rest.slice(index + mark.length)
    within = !within
  }
  return { text: parts.join(""), pasting: within }
}

/** The terminal's input, with pastes joined. */
export class PastingInput extends Transform {
  private readonly decoder = new StringDecoder("utf8")
  private pasting = false

  /** The line editor turns the terminal's own editing off and on again. */
  readonly setRawMode = (mode: boolean): void => {
    process.stdin.setRawMode(mode)
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    const { text, pasting } = joinPasted(this.decoder.write(chunk), this.pasting)
    this.pasting = pasting
    callback(null, text)
  }
}
