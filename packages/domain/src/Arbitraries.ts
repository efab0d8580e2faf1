/**
 * Arbitrary values of everything that crosses the wire, for property-based tests. They come from the schemas and so hold
 * exactly what a schema lets through; those that are named here are consistent in themselves as well. Whole histories of
 * a conversation are in `LogHistory`.
 */
import * as Arbitrary from "effect/Arbitrary"
import type * as Rpc from "effect/rpc/Rpc"
import * as RpcSchema from "effect/rpc/RpcSchema"
import type * as Schema from "effect/Schema"
import { ChatRpcs } from "./Contract.ts"
import { KnownEvent, LogEvent, UnknownEvent } from "./Event.ts"
import { Message } from "./Message.ts"
import { SyncItem } from "./Sync.ts"
import { Body, Seq } from "./Values.ts"

/** A schema that is whole by itself: no service is needed to decode or encode. */
export type WireSchema = Schema.Codec<unknown, unknown>

// Nothing in the contract needs a service; the types of a group's calls just do not say so.
const whole = (schema: Schema.Top) => schema as unknown as WireSchema

type Parts = Pick<Rpc.AnyWithProps, "_tag" | "payloadSchema" | "successSchema" | "errorSchema">

const partsOf = (rpc: Parts): ReadonlyArray<readonly [string, WireSchema]> => {
  const { payloadSchema: payload, successSchema: success, errorSchema: error } = rpc
  const answer = RpcSchema.isStreamSchema(success) ? success : { success, error }
  return [
    [`${rpc._tag}.payload`, whole(payload)],
    [`${rpc._tag}.success`, whole(answer.success)],
    [`${rpc._tag}.error`, whole(answer.error)],
  ]
}

/** Payload, success and error of each call, such as `PostMessage.payload`; those of a stream are of its items. */
export const callSchemas: ReadonlyMap<string, WireSchema> = new Map([...ChatRpcs.requests.values()].flatMap(partsOf))

/** Every kind of event by its type, `Unknown` among them. */
export const eventSchemas: ReadonlyMap<string, WireSchema> = new Map([
  ...KnownEvent.members.map((event) => [event.fields.type.literal, whole(event)] as const),
  ["Unknown", whole(UnknownEvent)],
])

/** Every kind of item of a `Sync` by its tag. */
export const syncItemSchemas: ReadonlyMap<string, WireSchema> = new Map(
  SyncItem.members.map((item) => [item.fields._tag.schema.literal, whole(item)] as const),
)

const emptied = Body.make("?")

/** A message whose fields agree: a later `rev` once something happened to it, no text if it is deleted or hidden. */
export const message: Arbitrary.Arbitrary<Message> = Arbitrary.map(
  Arbitrary.schema(Message),
  ({ deletedAt, editedAt, ...posted }) => {
    const changed = posted.rev > posted.seq && (deletedAt !== null || editedAt !== null)
    if (!changed) return fit({ ...posted, rev: posted.seq, editedAt: null, deletedAt: null, ...bare })
    return fit({ ...posted, editedAt, deletedAt })
  },
)

/** Nothing that members put on it. */
const bare = { reactions: [], pinned: null } as const

/**
 * The same message with nothing about it that could not be: it answers what was there before, a thread is not in
 * another, a text that is gone says nothing.
 */
const fit = (message: Message): Message => {
  const { seq, rev, deletedAt, replyTo, replies, body, hidden } = message
  const thread = message.thread !== null && message.thread < seq ? message.thread : null
  const isRoot = thread === null && rev > seq && replies > 0
  return {
    ...message,
    replyTo: replyTo !== null && replyTo < seq ? replyTo : null,
    thread,
    replies: isRoot ? replies : 0,
    lastReply: isRoot ? rev : null,
    ...(deletedAt === null
      ? { body: hidden ? null : (body ?? emptied) }
      : { ...bare, body: null, mentions: [], mentionsRoom: null, forwarded: null }),
  }
}

/** An event whose message, if it has one, is of its log and could be in it at that place. */
export const event: Arbitrary.Arbitrary<LogEvent> = Arbitrary.map(
  Arbitrary.all([Arbitrary.schema(LogEvent), message]),
  ([{ seq, ...rest }, message]): LogEvent => {
    // The first event of a log is about no message that was there before.
    const event = { ...rest, seq: Seq.make(Math.max(2, seq)) }
    const conversation = event.log as string as Message["conversation"]
    switch (event.type) {
      case "MessagePosted":
        return {
          ...event,
          data: { ...event.data, message: fit({ ...message, conversation, ...at(event.seq, message) }) },
        }
      case "MessageEdited":
      case "MessageDeleted": {
        const seq = Seq.make(Math.min(message.seq, event.seq - 1))
        const now = { ...message, conversation, seq, rev: event.seq }
        const changed =
          event.type === "MessageDeleted" ? { deletedAt: event.at } : { editedAt: event.at, deletedAt: null }
        return { ...event, data: { ...event.data, message: fit({ ...now, ...changed }) } }
      }
      case "ThreadChanged": {
        const seq = Seq.make(Math.min(message.seq, event.seq - 1))
        return { ...event, data: { message: fit({ ...message, conversation, seq, rev: event.seq }) } }
      }
      case "ReactionAdded":
      case "ReactionRemoved": {
        const { message: on, emoji } = event.data
        return { ...event, data: { message: markedAt(event.seq, { ...message, conversation }, on), emoji } }
      }
      case "MessagePinned":
      case "MessageUnpinned":
        return { ...event, data: { message: markedAt(event.seq, { ...message, conversation }, event.data.message) } }
      default:
        return event
    }
  },
)

/** Something was put on a message that was there before, or taken away. */
const markedAt = (rev: Seq, message: Message, { reactions, pinned }: Message): Message =>
  fit({ ...message, rev, seq: Seq.make(Math.min(message.seq, rev - 1)), reactions, pinned, deletedAt: null })

const at = (seq: Seq, { seq: before, rev }: Message) => ({ seq, rev: Seq.make(seq + (rev - before)) })
