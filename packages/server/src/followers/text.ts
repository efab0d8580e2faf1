import type { LogEvent } from "@chat/domain/Event"
import { SyncItem } from "@chat/domain/Sync"
import * as Schema from "effect/Schema"

/** An item as it stands in a frame. */
export interface Text {
  readonly text: string
  readonly bytes: number
}

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(SyncItem))

const encoded = (item: SyncItem): Text => {
  const text = JSON.stringify(encode(item))
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
