/** The copy of the server's state that this client keeps: what `Sync` sends goes in here, and nowhere else. */
import { apply, applyAll } from "@chat/domain/state/apply"
import { empty, type LocalItem, type State } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Cell, type Observable } from "../Observable.ts"
import { type ChatEvent, newIn } from "./ChatEvent.ts"

export class Replica {
  private readonly cell = new Cell<State>(empty)
  private readonly listeners = new Set<(events: ReadonlyArray<ChatEvent>) => void>()

  readonly state: Observable<State> = this.cell

  /** Folds in what came, and tells what of it is new. Listeners to events see the state that has them already. */
  readonly receive = (items: ReadonlyArray<SyncItem>): ReadonlyArray<ChatEvent> => {
    const events = newIn(this.cell.get(), items)
    this.cell.set(applyAll(this.cell.get(), items))
    if (events.length > 0) for (const listener of this.listeners) listener(events)
    return events
  }

  readonly applyLocal = (item: LocalItem): void => this.cell.set(apply(this.cell.get(), item))

  readonly onEvents = (listener: (events: ReadonlyArray<ChatEvent>) => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Begins with what was kept of an earlier run. */
  readonly restore = (state: State): void => this.cell.set(state)

  /** For another account. */
  readonly reset = (): void => this.cell.set(empty)
}
