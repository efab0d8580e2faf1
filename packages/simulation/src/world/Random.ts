/** Whatever a seed decides. The same seed draws the same, on every machine. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
    // The first draws of neighbouring seeds are alike.
    for (let n = 0; n < 4; n++) this.next()
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number from 0 up to, not including, `end`. */
  readonly below = (end: number): number => Math.floor(this.next() * end)

  readonly between = (from: number, to: number): number => from + this.next() * (to - from)

  readonly chance = (probability: number): boolean => this.next() < probability

  readonly pick = <A>(list: readonly [A, ...ReadonlyArray<A>]): A => list[this.below(list.length)] ?? list[0]

  /** One that draws for itself, so that more draws here do not change the draws there. */
  readonly fork = (): Random => new Random(Math.floor(this.next() * 0x1_0000_0000))
}
