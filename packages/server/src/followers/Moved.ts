const nothing: ReadonlyMap<string, never> = new Map<string, never>()

/** What has changed beside the logs and has still to be read, each thing once, by its key. */
export class Moved<A> {
  // Nearly all followers have nothing here nearly all the time.
  private things: Map<string, A> | undefined

  add(key: string, thing: A): void {
    this.things ??= new Map()
    this.things.set(key, thing)
  }

  get isEmpty(): boolean {
    return this.things === undefined
  }

  /** All of them, which are to be read now. */
  take(): ReadonlyMap<string, A> {
    const taken = this.things ?? nothing
    this.things = undefined
    return taken
  }

  /** They could not be read. */
  giveBack(taken: ReadonlyMap<string, A>): void {
    for (const [key, thing] of taken) this.add(key, thing)
  }
}
