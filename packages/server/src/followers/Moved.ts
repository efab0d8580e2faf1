/** What has changed beside the logs and has still to be read, each thing once, by its key. */
export class Moved<A> {
  private things = new Map<string, A>()

  add(key: string, thing: A): void {
    this.things.set(key, thing)
  }

  get isEmpty(): boolean {
    return this.things.size === 0
  }

  /** All of them, which are to be read now. */
  take(): ReadonlyMap<string, A> {
    const taken = this.things
    this.things = new Map()
    return taken
  }

  /** They could not be read. */
  giveBack(taken: ReadonlyMap<string, A>): void {
    for (const [key, thing] of taken) this.things.set(key, thing)
  }
}
