/** What `events` delivers, and how it is told from what was delivered before. */
import type { LogEvent } from "@chat/domain/Event"
import { accountLog, conversationLog, type LogId } from "@chat/domain/Ids"
import { cursorOf, type State } from "@chat/domain/state/State"
import type { SnapshotReason, SyncItem } from "@chat/domain/Sync"
import { Seq } from "@chat/domain/Values"

/** Something happened. Each event of a log comes once, and in the order of `seq`. */
export interface Happened {
  readonly _tag: "Event"
  readonly event: LogEvent
}

/**
 * A snapshot came in the place of the events `from` to `to` of a log, which are not delivered. `new`: the log is new to
 * this client. `gap`: there were too many. `mark`: the server's log is another one than before, as after a restored
 * backup, and what was delivered of it may not have happened. What must not be missed can be read with `readLog`.
 */
export interface Resynchronised {
  readonly _tag: "Resynchronised"
  readonly log: LogId
  readonly from: Seq
  readonly to: Seq
  readonly reason: typeof SnapshotReason.Type
}

export type ChatEvent = Happened | Resynchronised

export const logOf = (event: ChatEvent): LogId => (event._tag === "Event" ? event.event.log : event.log)

/** What of these items is new to somebody who has this state, by the same rules by which the reducer takes it. */
export const newIn = (state: State, items: ReadonlyArray<SyncItem>): ReadonlyArray<ChatEvent> => {
  const cursors = new Map<LogId, number | undefined>()
  const cursor = (log: LogId) => (cursors.has(log) ? cursors.get(log) : cursorOf(state, log)?.seq)
  const found: Array<ChatEvent> = []

  const snapshot = (log: LogId, first: number, to: Seq, reason: typeof SnapshotReason.Type) => {
    const known = cursor(log)
    const from = Seq.make(known === undefined ? first : known + 1)
    found.push({ _tag: "Resynchronised", log, from, to, reason })
    cursors.set(log, to)
  }

  for (const item of items) {
    switch (item._tag) {
      case "Event": {
        const { event } = item
        if (cursor(event.log) !== event.seq - 1) break
        found.push({ _tag: "Event", event })
        cursors.set(event.log, event.seq)
        if (event.type === "ConversationAppeared" || event.type === "ConversationGone") {
          cursors.set(conversationLog(event.data.conversation), undefined)
        }
        break
      }
      case "Skip": {
        const known = cursor(item.log)
        if (known !== undefined && item.from <= known + 1 && item.to > known) cursors.set(item.log, item.to)
        break
      }
      case "ConversationSnapshot":
        snapshot(conversationLog(item.conversation.id), item.conversation.from, item.conversation.seq, item.reason)
        break
      case "AccountSnapshot":
        snapshot(accountLog(item.account.id), 1, item.seq, item.reason)
        break
    }
  }
  return found
}
