/** Where messages wait that the server has not acknowledged. Promises and plain values, so that anybody can bring one. */
import { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import { Body, Seq } from "@chat/domain/Values"
import * as Schema from "effect/Schema"

/** A message to be posted: written down before the first attempt, and the same ever after. */
export const OutboxRecord = Schema.Struct({
  id: MessageId,
  /** Whose message it is: it waits until this account is signed in. */
  account: UserId,
  conversation: ConversationId,
  body: Body,
  /** The places of what it answers, and of the message whose thread it goes into. */
  replyTo: Schema.optionalKey(Seq),
  thread: Schema.optionalKey(Seq),
  /** When it was written, in milliseconds since 1970. */
  at: Schema.Finite,
  /** Of one conversation, the smaller goes first. */
  order: Schema.Finite,
  /** Why the server does not take it; it waits for `retry` or `cancel`. */
  failure: Schema.NullOr(Schema.Struct({ tag: Schema.String, message: Schema.String })),
})
export type OutboxRecord = typeof OutboxRecord.Type

/**
 * Keeps records by id. A record is durable when the promise of `put` is fulfilled. A promise that is rejected becomes
 * `StoreFailed`.
 */
export interface OutboxStore {
  readonly load: () => Promise<ReadonlyArray<OutboxRecord>>
  /** Adds a record, or replaces the one with its id. */
  readonly put: (record: OutboxRecord) => Promise<void>
  readonly remove: (id: MessageId) => Promise<void>
}

/** Kept as long as the process lives. */
export const memoryOutboxStore = (): OutboxStore => {
  const records = new Map<MessageId, OutboxRecord>()
  return {
    load: async () => [...records.values()],
    put: async (record) => void records.set(record.id, record),
    remove: async (id) => void records.delete(id),
  }
}
