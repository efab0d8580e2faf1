/** Drafts, which wait on every device of their author. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { ListedDraft } from "./Draft.ts"
import { ConversationNotFound, MessageNotFound, NotMember, TooLarge, failures } from "./Errors.ts"
import { ConversationId } from "./Ids.ts"
import { Body, PageCursor, PageSize, Seq } from "./Values.ts"

/**
 * Keeps what has been written so far in a conversation, or in a thread of it; `null` removes it. The last one counts,
 * whichever device it comes from, so that repeating it is safe without an id. Sending a message leaves the draft alone:
 * a client removes it when it empties its input. No longer than a message may be (`TooLarge`), and 100 in all (`TooLarge`
 * of `drafts`); gone when one leaves the conversation. The same as before: nothing changes. While somebody is typing,
 * call it once a second at most; `setDraft` of the client library sees to that.
 */
export class SetDraft extends Rpc.make("SetDraft", {
  payload: { conversation: ConversationId, thread: Schema.optionalKey(Seq), body: Schema.NullOr(Body) },
  /** By its `rev` a device knows its own `DraftChanged`; 0: there was none to remove. */
  success: Schema.Struct({ rev: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)) }),
  error: failures(ConversationNotFound, NotMember, MessageNotFound, TooLarge),
}) {}

/** All drafts, the last one written first; 20 unless told, 100 at most. */
export class ListDrafts extends Rpc.make("ListDrafts", {
  payload: { after: Schema.optionalKey(PageCursor), limit: Schema.optionalKey(PageSize) },
  success: Schema.Struct({
    drafts: Schema.Array(ListedDraft),
    /** Give this back as `after` for the next part; `null`: there is none. */
    next: Schema.NullOr(Schema.String),
  }),
  error: failures(),
}) {}

export class DraftRpcs extends RpcGroup.make(SetDraft, ListDrafts).middleware(Authentication) {}
