import { Agenda, type Task } from "./Agenda.ts"
import { Random } from "./Random.ts"
import { Trace } from "./Trace.ts"

const { setImmediate } = globalThis

/** When every world begins, in milliseconds since 1970: after whatever is in the store at the beginning. */
const start = Date.UTC(2026, 0, 2)

/** More than happens in any world that comes to an end. */
const mostTasks = 1_000_000

/**
 * A time of its own, in which nothing takes longer than it is said to. It stands still while something happens, and then
 * leaps to what happens next. Everything that could differ between two runs is drawn from the seed.
 */
export class World {
  now = start
  readonly random: Random
  readonly trace: Trace
  private readonly agenda = new Agenda()
  private held: Promise<unknown> = Promise.resolve()
  private holding = 0
  isOutside = false

  constructor(seed: number, trace = new Trace(false), earlier = 0) {
    this.now = start - earlier
    this.random = new Random(seed)
    this.trace = trace
  }

  /** Plans something for so many milliseconds from now. */
  after(millis: number, run: () => void): Task {
    return this.agenda.add(this.now + Math.max(0, millis), run)
  }

  /**
   * What another thread does takes no time here, and one thing is done after the other: which of two is ready first would
   * be up to the machine.
   */
  readonly hold = <A>(run: () => Promise<A>): Promise<A> => {
    this.holding++
    const result = this.held.then(run)
    const release = () => void this.holding--
    this.held = result.then(release, release)
    return result
  }

  /** What does not belong to this world, but to the machine that it runs on: its timers are real. */
  readonly outside = <A>(run: () => A): A => {
    this.isOutside = true
    try {
      return run()
    } finally {
      this.isOutside = false
    }
  }

  /** `detail` is for whoever reads it, and is not part of what makes two runs the same. */
  readonly note = (what: string, detail?: () => string): void => this.trace.note(this.now - start, what, detail)

  /** Lets time pass until something is so; `false`: it was not so for so long. */
  readonly run = async (isDone: () => boolean, millis: number): Promise<boolean> => {
    const deadline = this.now + millis
    // Something that never lets time pass would go on for ever.
    for (let tasks = 0; tasks < mostTasks; tasks++) {
      await this.settle()
      if (isDone()) return true
      const task = this.agenda.take()
      if (task === undefined || task.at > deadline) return false
      const { run } = task
      if (run === undefined) continue
      this.now = task.at
      run()
    }
    return false
  }

  /** Nothing more happens at this moment. */
  get isStill(): boolean {
    const { next } = this.agenda
    return next === undefined || next > this.now
  }

  // Whatever follows by itself from what has just happened.
  private async settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => void setImmediate(resolve))
      if (this.holding === 0) return
      await this.held
    }
  }
}
