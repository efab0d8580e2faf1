/** What is shown of a message on its way. */
import type { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import type { Body, Seq } from "@chat/domain/Values"

/**
 * `Pending`: it waits, or is on its way; it goes by itself. `Sent`: the server has it, at `seq` of the log. `Failed`: the
 * server does not take it; `retry` and `cancel` decide.
 */
export type OutboxStatus =
  | { readonly _tag: "Pending"; /** Whether it may have reached the server. */ readonly attempted: boolean }
  | { readonly _tag: "Sent"; readonly seq: Seq }
  | { readonly _tag: "Failed"; readonly failure: { readonly tag: string; readonly message: string } }

export interface OutboxEntry {
  readonly id: MessageId
  readonly account: UserId
  readonly conversation: ConversationId
  readonly body: Body
  readonly replyTo?: Seq
  readonly thread?: Seq
  /** When it was written, in milliseconds since 1970 by this device's clock. */
  readonly at: number
  readonly status: OutboxStatus
}
