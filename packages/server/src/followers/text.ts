import type { LogEvent, MessagePosted } from "@chat/domain/Event"
import { unmarked } from "@chat/domain/Message"
import { SyncItem } from "@chat/domain/Sync"
import * as Schema from "effect/Schema"

/** An item as it stands in a frame. */
export interface Text {
  readonly text: string
  readonly bytes: number
}

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(SyncItem))

/** What a message is unless it is said. */
const defaults = new Map<string, unknown>(Object.entries(unmarked))

const isSaid = ([name, value]: readonly [string, unknown]): boolean =>
  Array.isArray(value) ? value.length > 0 || !defaults.has(name) : !defaults.has(name) || value !== defaults.get(name)

/**
 * The same as by its schema, at a tenth of the cost: most of what a node encodes is this, and all that its schema does is
 * to leave out what is not said.
 */
const posted = ({ data: { message, mentionsBefore, mentionsAfter }, ...envelope }: typeof MessagePosted.Type): unknown => ({
  _tag: "Event",
  event: {
    ...envelope,
    data: {
      message: Object.fromEntries(Object.entries(message).filter(isSaid)),
      ...(mentionsBefore === null ? {} : { mentionsBefore }),
      ...(mentionsAfter === null ? {} : { mentionsAfter }),
    },
  },
})

const encoded = (item: SyncItem): Text => {
  const isPost = item._tag === "Event" && item.event.type === "MessagePosted"
  const text = JSON.stringify(isPost ? posted(item.event) : encode(item))
  return { text, bytes: Buffer.byteLength(text) }
}

/** An event that many follow is one object for all of them, and is encoded once. */
const texts = new WeakMap<LogEvent, Text>()

export const textOf = (item: SyncItem): Text => {
  if (item._tag !== "Event") return encoded(item)
  const known = texts.get(item.event)
  if (known !== undefined) return known
  const text = encoded(item)
  texts.set(item.event, text)
  return text
}
