import type { Dialect } from "./Dialect.ts"
import type { Histogram } from "./Histogram.ts"
import { bodyOf, Member } from "./Member.ts"

export interface CrowdOptions {
  readonly dialect: Dialect
  readonly port: number
  /** Which room each member is in. */
  readonly rooms: ReadonlyArray<number>
  /** How they come; `follow` if it is left out. */
  readonly greeting?: "signIn" | "comeBack"
  /** Nobody says what it has got, as if all had turned that off. */
  readonly isSilent?: boolean
  /** Posts of each room that whoever comes back has missed. */
  readonly missed?: number
}

/** In rooms of so many a client says what it has got. */
const mostTelling = 16

/**
 * Many members in one process. Every member counts what it hears and folds it into a hash: in the end the members of a
 * room must have heard as many posts as there were, and all of them in the same order.
 */
export class Crowd {
  readonly options: CrowdOptions
  readonly members: Array<Member> = []
  readonly answered: Buffer
  readonly refused: Buffer
  readonly gotAnswered: Buffer
  /** Members that are in their rooms. */
  ready = 0
  deliveries = 0
  answers = 0
  /** Deliveries that there will be when everything that was posted has arrived. */
  due: number
  /** From a post to each delivery, as long as somebody wants to know. */
  latency: Histogram | undefined
  onDelivery: ((member: Member, number: number) => void) | undefined
  onAnswer: ((frame: Buffer) => void) | undefined
  onProgress: (() => void) | undefined
  private readonly sentAt: Array<number> = []
  private readonly posted: Array<number> = []
  private readonly sizes: Array<number> = []
  private error: Error | undefined
  private waiter: { readonly over: () => boolean; readonly done: (error?: Error) => void } | undefined
  private telling: NodeJS.Timeout | undefined

  constructor(options: CrowdOptions) {
    const { answered, refused, got } = options.dialect
    this.options = options
    this.answered = Buffer.from(answered)
    this.refused = Buffer.from(refused)
    this.gotAnswered = Buffer.from(got?.answered ?? "")
    for (const room of options.rooms) {
      this.sizes[room] = (this.sizes[room] ?? 0) + 1
      this.posted[room] = options.missed ?? 0
    }
    this.due = options.rooms.length * (options.missed ?? 0)
  }

  /** Connects everybody, so many at a time, until all are in their rooms. */
  async enter(atOnce = 100): Promise<void> {
    const { rooms, dialect, greeting = "follow" } = this.options
    await this.until("all are connected", () => {
      while (this.members.length < rooms.length && this.members.length - this.ready < atOnce) {
        const index = this.members.length
        this.members.push(new Member(this, index, rooms[index] ?? 0, dialect[greeting]?.(index) ?? []))
      }
      return this.ready === rooms.length
    })
    if (greeting !== "signIn") this.tell()
  }

  leave(): void {
    clearInterval(this.telling)
    for (const member of this.members) member.drop()
  }

  /** Posts in the name of a member; `at` is when it should have been, if that is earlier than now. */
  post(member: Member, at = performance.now()): void {
    const number = this.sentAt.push(at) - 1
    this.posted[member.room] = (this.posted[member.room] ?? 0) + 1
    if (this.options.greeting !== "signIn") this.due += this.sizes[member.room] ?? 0
    member.waiting++
    member.say(this.options.dialect.post(member.index, bodyOf(number)))
  }

  get posts(): number {
    return this.sentAt.length
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
      // Ends what never comes; what is waited for is what is heard, not this.
      const timer = setTimeout(() => done(new Error(`not within ${seconds} s: ${what}`)), seconds * 1_000)
      this.waiter = { over, done }
    })
  }

  /** Waits for a while, unless something goes wrong. */
  async during(seconds: number): Promise<void> {
    let isOver = false
    const timer = setTimeout(() => {
      isOver = true
      this.progress()
    }, seconds * 1_000)
    await this.until("time passes", () => isOver, seconds + 60).finally(() => clearTimeout(timer))
  }

  /** Waits for what is under way, then looks whether everybody heard everything, once and in the order of the others. */
  async settle(): Promise<void> {
    const isOver = () => this.deliveries >= this.due && this.answers >= this.posts
    await this.until("everything posted is delivered and answered", isOver)
    if (this.options.greeting === "signIn") return
    const first = new Map<number, Member>()
    for (const member of this.members) {
      const { index, room, heard, hash } = member
      const other = first.get(room) ?? member
      first.set(room, other)
      if (heard !== this.posted[room]) throw new Error(`member ${index} heard ${heard} of ${this.posted[room]} posts`)
      if (hash !== other.hash) throw new Error(`members ${index} and ${other.index} heard another order`)
    }
  }

  // Spread over the second, as the clients of many people would be.
  private tell(): void {
    const { isSilent, dialect } = this.options
    const { got } = dialect
    if (got === undefined || isSilent === true || Math.max(...this.sizes) > mostTelling) return
    const parts = 50
    let part = 0
    this.telling = setInterval(() => {
      for (let index = part; index < this.members.length; index += parts) this.members[index]?.tell(got)
      part = (part + 1) % parts
    }, 1_000 / parts)
  }
}
