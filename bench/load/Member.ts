import type { Crowd } from "./Crowd.ts"
import type { Dialect, Step } from "./Dialect.ts"
import { textFrame, Wire } from "./Wire.ts"

// What comes is not parsed: each post has a number behind a mark.
const mark = Buffer.from("~~")
const digits = 8
/** About as long as what people write. */
const filler = "the quick brown fox jumps over the lazy dog and then sleeps under a tree for the rest of the day"

/** The text of a post, by its number. */
export const bodyOf = (number: number): string => `~~${String(number).padStart(digits, "0")} ${filler}`

const count = (frame: Buffer, what: Buffer): number => {
  let found = 0
  for (let at = frame.indexOf(what); at !== -1; at = frame.indexOf(what, at + what.length)) found++
  return found
}

/** One member of a crowd, on a connection of its own. */
export class Member {
  readonly index: number
  readonly room: number
  /** Posts that are not answered. */
  waiting = 0
  /** Posts of its room that it has got, and what they were, folded into a number in the order in which they came. */
  heard = 0
  hash = 0
  isReady = false
  private readonly crowd: Crowd
  private readonly wire: Wire
  private readonly steps: ReadonlyArray<Step>
  private step = 0
  private isListening = false
  private told = 0
  private isTelling = false

  constructor(crowd: Crowd, index: number, room: number, steps: ReadonlyArray<Step>) {
    this.crowd = crowd
    this.index = index
    this.room = room
    this.steps = steps
    this.wire = new Wire({
      port: crowd.options.port,
      path: crowd.options.dialect.path(index),
      onOpen: () => this.greet(),
      onFrame: (frame) => this.take(frame),
      onClose: (reason) => crowd.fail(new Error(`member ${index}: ${reason}`)),
    })
  }

  say(text: string): void {
    this.wire.send(textFrame(text))
  }

  /** Says what it has got, if that is more than it said last, and that was answered. */
  tell(got: NonNullable<Dialect["got"]>): void {
    if (this.heard === this.told || this.isTelling) return
    this.isTelling = true
    this.told = this.heard
    this.say(got.say(this.index, this.heard))
  }

  drop(): void {
    this.wire.drop()
  }

  private greet(): void {
    if (this.step < this.steps.length) for (const text of this.steps[this.step]?.say ?? []) this.say(text)
    else {
      this.isReady = true
      this.isListening = true
      this.crowd.ready++
      this.crowd.progress()
    }
  }

  private take(frame: Buffer): void {
    const { crowd } = this
    const { alive } = crowd.options.dialect
    if (alive !== undefined && frame.length === alive.ask.length && frame.toString() === alive.ask) {
      return this.say(alive.say)
    }
    const news = this.isListening ? 0 : this.newsAfter(frame)
    if (this.isListening) this.listen(frame, news)
    else if (frame.includes(crowd.refused)) crowd.fail(new Error(`refused: ${frame.toString()}`))
    if (!this.isReady) this.greeted(frame)
    if (this.waiting > 0) this.hearAnswers(frame)
    if (this.isTelling) this.isTelling = !frame.includes(crowd.gotAnswered)
    crowd.progress()
  }

  /** From where on this frame is news, if it is. */
  private newsAfter(frame: Buffer): number {
    const { isNews, until } = this.steps[this.step] ?? { until: "" }
    const at = frame.indexOf(until)
    this.isListening = at !== -1 && (isNews === true || this.step + 1 === this.steps.length)
    return at
  }

  private greeted(frame: Buffer): void {
    while (!this.isReady && frame.includes(this.steps[this.step]?.until ?? "")) {
      this.step++
      this.greet()
    }
  }

  private listen(frame: Buffer, from: number): void {
    const now = performance.now()
    for (let at = frame.indexOf(mark, from); at !== -1; at = frame.indexOf(mark, at + digits + 2)) {
      let number = 0
      for (let i = at + 2; i < at + 2 + digits; i++) number = number * 10 + (frame[i] ?? 0) - 48
      this.heard++
      this.hash = (Math.imul(this.hash, 31) + number) | 0
      this.crowd.delivered(this, number, now)
    }
  }

  private hearAnswers(frame: Buffer): void {
    const { crowd } = this
    if (frame.includes(crowd.refused)) crowd.fail(new Error(`refused: ${frame.toString()}`))
    const answers = count(frame, crowd.answered)
    this.waiting -= answers
    crowd.answers += answers
    if (answers > 0) crowd.onAnswer?.(frame)
  }
}
