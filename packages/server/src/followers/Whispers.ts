import type { SyncItem } from "@chat/domain/Sync"

/** So many wait for one connection; what comes beyond that is dropped. */
const capacity = 64

/** The one of the people in view, which says of all of them what is new. */
export const presenceKey = "presence"

/** The one of somebody who is writing. */
export const typingKey = (conversation: string, user: string): string => `${conversation} ${user}`

/**
 * What may be left out, such as who is writing: of each thing only the newest, in the place of a queue. It goes out when
 * nothing else waits.
 */
export class Whispers {
  private items: Map<string, SyncItem> | undefined

  get isEmpty(): boolean {
    return this.items === undefined
  }

  has(key: string): boolean {
    return this.items?.has(key) === true
  }

  /** False: there is no room for it. */
  set(key: string, item: SyncItem): boolean {
    this.items ??= new Map()
    if (this.items.size >= capacity && !this.items.has(key)) return false
    this.items.set(key, item)
    return true
  }

  delete(key: string): void {
    if (this.items?.delete(key) && this.items.size === 0) this.items = undefined
  }

  take(): ReadonlyArray<SyncItem> {
    const taken = [...(this.items?.values() ?? [])]
    this.items = undefined
    return taken
  }
}
