// Many members, each on a connection of its own, all in one process. What comes is not parsed: each post has a number behind
// a mark, and every member counts the numbers that it hears and folds them into a hash. In the end the members of a room must
// have heard as many as were posted into it, and all of them in the same order.
import type { Dialect } from "./Dialect.ts"
import type { Histogram } from "./Histogram.ts"
import { textFrame, Wire } from "./Wire.ts"

const mark = Buffer.from("~~")
const digits = 8
/** About as long as what people write. */
const filler = "the quick brown fox jumps over the lazy dog and then sleeps under a tree for the rest of day".padEnd(
  100,
)

/** The text of a post, by its number. */
const bodyOf = (number: number): string => `~~${String(number).padStart(digits, "0")} ${filler.slice(digits + 3)}`

export interface CrowdOptions {
  readonly dialect: Dialect
  readonly port: number
  /** Which room each member is in. */
  readonly rooms: ReadonlyArray<number>
}

const count = (frame: Buffer, what: Buffer): number => {
  let found = 0
  for (let at = frame.indexOf(what); at !== -1; at = frame.indexOf(what, at + what.length)) found++
  return found
}

/** One member, on one connection. */
export class Member {
  readonly index: number
  readonly room: number
  /** Posts that are not answered. */
  waiting = 0
  heard = 0
  hash = 0
  isReady = false
  private readonly crowd: Crowd
  private readonly wire: Wire
  private step = 0

  constructor(crowd: Crowd, index: number, room: number) {
    this.crowd = crowd
    this.index = index
    this.room = room
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

  drop(): void {
    this.wire.drop()
  }

  private greet(): void {
    for (const text of this.crowd.options.dialect.greeting(this.index)[this.step]?.say ?? []) this.say(text)
  }

  private take(frame: Buffer): void {
    const { crowd } = this
    const { alive } = crowd.options.dialect
    if (alive !== undefined && frame.length === alive.ask.length && frame.toString() === alive.ask) {
      return this.say(alive.say)
    }
    const from = this.isReady ? 0 : this.enter(frame)
    if (this.isReady) this.listen(frame, from)
    if (this.waiting > 0 || !this.isReady) this.hearAnswers(frame)
    if (crowd.piece !== undefined) {
      for (let left = count(frame, crowd.piece); left > 0; left--) this.wire.send(crowd.acknowledgement)
    }
    crowd.progress()
  }

  /** Goes on with the greeting; where it is over, what comes from there on is news. */
  private enter(frame: Buffer): number {
    const steps = this.crowd.options.dialect.greeting(this.index)
    const at = frame.indexOf(steps[this.step]?.until ?? "")
    if (at === -1) return 0
    this.step++
    this.isReady = this.step === steps.length
    if (this.isReady) this.crowd.ready++
    else this.greet()
    return at
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
  }
}

export class Crowd {
  readonly options: CrowdOptions
  readonly members: Array<Member> = []
  readonly piece: Buffer | undefined
  readonly acknowledgement: Buffer
  readonly answered: Buffer
  readonly refused: Buffer
  /** Members that are in their rooms. */
  ready = 0
  deliveries = 0
  answers = 0
  /** From a post to each delivery, as long as somebody wants to know. */
  latency: Histogram | undefined
  onDelivery: ((member: Member, number: number) => void) | undefined
  onProgress: (() => void) | undefined
  private readonly sentAt: Array<number> = []
  private readonly posted: Array<number> = []
  private error: Error | undefined
  private waiter: { readonly over: () => boolean; readonly done: (error?: Error) => void } | undefined

  constructor(options: CrowdOptions) {
    const { acknowledge, answered, refused } = options.dialect
    this.options = options
    this.piece = acknowledge === undefined ? undefined : Buffer.from(acknowledge.piece)
    this.acknowledgement = textFrame(acknowledge?.say ?? "")
    this.answered = Buffer.from(answered)
    this.refused = Buffer.from(refused)
  }

  /** Connects everybody who is not connected yet, so many at a time, until all are in their rooms. */
  async enter(atOnce = 100): Promise<void> {
    const { rooms } = this.options
    await this.until("all are connected", () => {
      while (this.members.length < rooms.length && this.members.length - this.ready < atOnce) {
        const index = this.members.length
        this.members.push(new Member(this, index, rooms[index] ?? 0))
      }
      return this.ready === rooms.length
    })
  }

  leave(): void {
    for (const member of this.members) member.drop()
  }

  /** Posts in the name of a member; `at` is when it should have been, if that is earlier than now. */
  post(member: Member, at = performance.now()): void {
    const number = this.sentAt.push(at) - 1
    this.posted[member.room] = (this.posted[member.room] ?? 0) + 1
    member.waiting++
    member.say(this.options.dialect.post(member.index, bodyOf(number)))
  }

  get posts(): number {
    return this.sentAt.length
  }

  /** Deliveries that there will be when everything that was posted has arrived. */
  due(): number {
    let sum = 0
    for (const { room } of this.members) sum += this.posted[room] ?? 0
    return sum
  }

  delivered(member: Member, number: number, now: number): void {
    this.deliveries++
    this.latency?.record(now - (this.sentAt[number] ?? Number.NaN))
    this.onDelivery?.(member, number)
  }

  progress(): void {
    this.onProgress?.()
    if (this.waiter?.over() === true) this.waiter.done()
  }

  fail(error: Error): void {
    this.error ??= error
    this.waiter?.done(this.error)
  }

  /** Waits for something that comes about with what is heard. */
  async until(what: string, over: () => boolean, seconds = 60): Promise<void> {
    if (this.error !== undefined) throw this.error
    if (over()) return
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        clearTimeout(timer)
        this.waiter = undefined
        if (error === undefined) resolve()
        else reject(error)
      }
      const timer = setTimeout(() => done(new Error(`not within ${seconds} s: ${what}`)), seconds * 1_000)
      this.waiter = { over, done }
    })
  }

  /** Waits for a while, unless something goes wrong. */
  async during(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1_000
    let isOver = false
    const timer = setTimeout(
      () => {
        isOver = true
        this.progress()
      },
      Math.max(0, end - performance.now()),
    )
    await this.until("time passes", () => isOver, seconds + 60).finally(() => clearTimeout(timer))
  }

  /** Waits for what is under way, then looks whether everybody heard everything, once and in the order of the others. */
  async settle(): Promise<void> {
    const due = this.due()
    await this.until(
      "everything posted is delivered and answered",
      () => this.deliveries >= due && this.answers >= this.posts,
    )
    const first = new Map<number, Member>()
    for (const member of this.members) {
      const other = first.get(member.room) ?? member
      first.set(member.room, other)
      const posted = this.posted[member.room] ?? 0
      if (member.heard !== posted) throw new Error(`member ${member.index} heard ${member.heard} of ${posted} posts`)
      if (member.hash !== other.hash) throw new Error(`members ${member.index} and ${other.index} heard another order`)
    }
  }
}
