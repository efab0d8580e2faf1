// Random numbers from a seed: the same seed makes the same program and the same faults.
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  /** In [0, bound). */
  readonly below: (bound: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(items: readonly [A, ...Array<A>]) => A
}

// mulberry32
export const makeRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
  }
}

/** The last of what there is. */
export const newest = -1

/** Of conversations, the one with this user. */
export const withUser = (user: number): number => -100 - user

export const weighted = <A>(random: Random, choices: ReadonlyArray<readonly [number, A]>): A => {
  let left = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, choice] of choices) {
    left -= weight
    if (left < 0) return choice
  }
  throw new Error("There is nothing to choose from")
}
