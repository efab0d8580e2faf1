/** What those who look after a server tell everybody on it. */
import * as Schema from "effect/Schema"
import { NoticeId } from "./Ids.ts"
import { NoticeText, Timestamp } from "./Values.ts"

/** A notice: the word of the server. Who wrote it is in the audit log. */
export const Notice = Schema.Struct({
  id: NoticeId,
  text: NoticeText,
  at: Timestamp,
  /** From then on it is in force no more, and a client stops showing it by itself; absent: without an end. */
  until: Schema.optionalKey(Timestamp),
})
export type Notice = typeof Notice.Type
