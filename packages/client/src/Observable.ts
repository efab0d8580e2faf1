/** A value that changes, with listeners. What is behind `state`, `connection` and `outbox`. */
import * as Effect from "effect/Effect"

/** The readable side: the value of now, and word of each change. */
export interface Observable<A> {
  readonly get: () => A
  /** Calls back, in the same turn, after each change, until the function that it returns is called. */
  readonly subscribe: (listener: (value: A) => void) => () => void
}

export class Cell<A> implements Observable<A> {
  private value: A
  private readonly listeners = new Set<(value: A) => void>()

  constructor(value: A) {
    this.value = value
  }

  readonly get = (): A => this.value

  readonly set = (value: A): void => {
    if (value === this.value) return
    this.value = value
    // A listener may come, go or set the value again while the others are told.
    for (const listener of this.listeners) listener(this.value)
  }

  readonly subscribe = (listener: (value: A) => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
}

/** Waits until the value, now or later, is what is looked for. */
export const when = <A, B extends A>(self: Observable<A>, is: (value: A) => value is B): Effect.Effect<B> =>
  Effect.callback<B>((resume) => {
    const value = self.get()
    if (is(value)) return resume(Effect.succeed(value))
    const unsubscribe = self.subscribe((value) => {
      if (!is(value)) return
      unsubscribe()
      resume(Effect.succeed(value))
    })
    return Effect.sync(unsubscribe)
  })

/** Part of a value: changes when that part does. */
export const derived = <A, B>(self: Observable<A>, part: (value: A) => B): Observable<B> => ({
  get: () => part(self.get()),
  subscribe: (listener) => {
    let last = part(self.get())
    return self.subscribe((value) => {
      const now = part(value)
      if (now === last) return
      last = now
      listener(now)
    })
  },
})
