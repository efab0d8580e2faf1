/** Delivered and read marks. `MarkRead`, which moves one's own position, tells others of it too. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { ConversationNotFound, IdTaken, NotMember, failures } from "./Errors.ts"
import { CommandId, ConversationId } from "./Ids.ts"
import { ReadMarksPage } from "./ReadMarks.ts"
import { AccountReceipt } from "./User.ts"
import { Seq } from "./Values.ts"

/** So many conversations go into one `Delivered`. */
export const mostDelivered = 100

/**
 * Says how far each of these conversations has reached a device; a client says so by itself, of many at once. A lower
 * `seq` than before changes nothing, nor does one of a conversation that one is not a member of, or of more than 16
 * members, or for an account that does not send it.
 */
export class Delivered extends Rpc.make("Delivered", {
  payload: {
    conversations: Schema.Array(Schema.Struct({ conversation: ConversationId, seq: Seq })).check(
      Schema.isMaxLength(mostDelivered),
    ),
  },
  error: failures(),
}) {}

/**
 * How far the other members of a conversation have got; of one with more than 16 members nothing. `MarksChanged` in
 * `Sync` keeps it up to date, until the members or one's own `Receipts` change: then ask again.
 */
export class ListMarks extends Rpc.make("ListMarks", {
  payload: { conversation: ConversationId },
  success: ReadMarksPage,
  error: failures(ConversationNotFound, NotMember),
}) {}

/**
 * Whether to tell others what has been delivered and read: both, unless chosen otherwise. It goes both ways: who does not
 * tell is not told. What was told stays. Durable, as `ReceiptsChanged` in the account's log; the same as before: nothing
 * changes.
 */
export class SetReceipts extends Rpc.make("SetReceipts", {
  payload: { commandId: CommandId, read: Schema.Boolean, delivered: Schema.Boolean },
  success: AccountReceipt,
  error: failures(IdTaken),
}) {}

export class ReadMarkRpcs extends RpcGroup.make(Delivered, ListMarks, SetReceipts).middleware(Authentication) {}
