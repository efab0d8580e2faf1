import type { LogEvent, MessagePosted } from "@chat/domain/Event"
import { unmarked } from "@chat/domain/Message"
import { SyncItem } from "@chat/domain/Sync"
import * as Schema from "effect/Schema"

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(SyncItem))

/** What a message is unless it is said. */
const defaults = new Map<string, unknown>(Object.entries(unmarked))

const isSaid = ([name, value]: readonly [string, unknown]): boolean =>
  Array.isArray(value) ? value.length > 0 || !defaults.has(name) : !defaults.has(name) || value !== defaults.get(name)

/**
 * The same as by its schema, at a tenth of the cost: most of what a node encodes is this, and all that its schema does is
 * to leave out what is not said.
 */
const posted = ({
  data: { message, mentionsBefore, mentionsAfter },
  ...envelope
}: typeof MessagePosted.Type): unknown => ({
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

const textOf = (item: SyncItem): string => {
  const isPost = item._tag === "Event" && item.event.type === "MessagePosted"
  return JSON.stringify(isPost ? posted(item.event) : encode(item))
}

/** An item on its way. Many followers share that of an event: it is encoded once, if any of them asks for its text. */
export class Outgoing<Item extends SyncItem = SyncItem> {
  readonly item: Item
  private known: { readonly text: string; readonly bytes: number } | undefined

  constructor(item: Item) {
    this.item = item
  }

  /** As it stands in a frame. */
  get encoded(): { readonly text: string; readonly bytes: number } {
    if (this.known === undefined) {
      const text = textOf(this.item)
      this.known = { text, bytes: Buffer.byteLength(text) }
    }
    return this.known
  }
}

/** An event on its way. */
export type OutgoingEvent = Outgoing<Extract<SyncItem, { readonly _tag: "Event" }>>

export const outgoing = (event: LogEvent): OutgoingEvent => new Outgoing({ _tag: "Event", event })
