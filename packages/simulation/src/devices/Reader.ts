import { type ChatEvent, logOf } from "@chat/client/events/ChatEvent"
import type { LogId } from "@chat/domain/Ids"
import { cursors, type State } from "@chat/domain/state/State"

/** Somebody who reads what one run of a client delivers, and expects each event once and in order. */
export class Reader {
  private readonly read = new Map<LogId, number>()
  private readonly shown = new Map<LogId, number>()
  private readonly complain: (problem: string) => void

  constructor(complain: (problem: string) => void) {
    this.complain = complain
  }

  event(event: ChatEvent): void {
    const log = logOf(event)
    const last = this.read.get(log)
    const [from, to] = event._tag === "Event" ? [event.event.seq, event.event.seq] : [event.from, event.to]
    // A snapshot for the mark is of another history; the first word of a log may be of any place.
    const isAnother = event._tag === "Resynchronised" && event.reason === "mark"
    if (!isAnother && last !== undefined && from !== last + 1) {
      this.complain(`was given ${from} of ${log} after ${last}`)
    }
    this.read.set(log, to)
  }

  state(state: State): void {
    for (const { log, seq } of cursors(state)) {
      const before = this.shown.get(log) ?? 0
      if (seq < before) this.complain(`went back from ${before} to ${seq} in ${log}`)
      this.shown.set(log, seq)
    }
  }
}
