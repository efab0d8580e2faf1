/** Notices: from admins of a server to everybody on it. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { IdTaken, NoticeNotFound, NotPermitted, TooLarge, failures } from "./Errors.ts"
import { CommandId, NoticeId } from "./Ids.ts"
import { Notice } from "./Notice.ts"
import { NoticeText, Timestamp } from "./Values.ts"

/**
 * For admins: tells everybody something, those who are there at once and all others when they come, until a time or until
 * it is withdrawn. The notice has the command's id. Of those in force there are 20 at most (`TooLarge`); an end that has
 * passed is a `BadRequest`.
 */
export class BroadcastNotice extends Rpc.make("BroadcastNotice", {
  payload: { commandId: CommandId, text: NoticeText, until: Schema.optionalKey(Timestamp) },
  success: Notice,
  error: failures(NotPermitted, TooLarge, IdTaken),
}) {}

/** For admins: ends a notice. Withdrawn already: nothing changes. */
export class WithdrawNotice extends Rpc.make("WithdrawNotice", {
  payload: { notice: NoticeId },
  error: failures(NotPermitted, NoticeNotFound),
}) {}

/** For everybody: the notices in force, the newest first. */
export class ListNotices extends Rpc.make("ListNotices", {
  success: Schema.Struct({ notices: Schema.Array(Notice) }),
  error: failures(),
}) {}

export class NoticeRpcs extends RpcGroup.make(BroadcastNotice, WithdrawNotice, ListNotices).middleware(
  Authentication,
) {}
