/** What stands in a timeline, in its order. */
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import type { TimelineItem } from "@chat/client/timeline/timeline"
import type { Message } from "@chat/domain/Message"

/** Something that happened besides messages, in words that are printable. */
interface Happening {
  readonly _tag: "Happening"
  readonly key: string
  /** In milliseconds since 1970. */
  readonly at: number
  readonly text: string
}

export type Item = TimelineItem | Happening

/** By what an item is found again, whatever comes before and after it; a message keeps it when the server has it. */
export const keyOf = (item: Item): string => {
  switch (item._tag) {
    case "Message":
      return item.message.id
    case "Outgoing":
      return item.entry.id
    case "Happening":
      return item.key
  }
}

/** In milliseconds since 1970. */
export const momentOf = (item: Item): number => {
  switch (item._tag) {
    case "Message":
      return Date.parse(item.message.postedAt)
    case "Outgoing":
      return item.entry.at
    case "Happening":
      return item.at
  }
}

export const messageOf = (item: Item | undefined): Message | undefined =>
  item?._tag === "Message" ? item.message : undefined

/** A message or what will be one. */
export type Said = Message | OutboxEntry
