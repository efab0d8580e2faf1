/** Where what is known of the server's state waits for the next run. Promises and text, so that anybody can bring one. */

/**
 * Keeps one text: messages in it, so nobody else may read it. `save` replaces the whole; a reader sees the old or the new
 * and nothing between. What a store cannot keep or give back is fetched from the server instead, and no failure.
 */
export interface StateStore {
  readonly load: () => Promise<string | null>
  readonly save: (text: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** Kept as long as the process lives. */
export const memoryStateStore = (): StateStore => {
  let kept: string | null = null
  return {
    load: async () => kept,
    save: async (text) => void (kept = text),
    remove: async () => void (kept = null),
  }
}
