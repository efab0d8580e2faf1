/** Ids that a client makes. Random, so that two devices never make the same one (UUID version 4, RFC 9562). */
import { CommandId, MessageId } from "@chat/domain/Ids"

/** For one durable command. Keep it: the same command sent again with it has no further effect. */
export const newCommandId = (): CommandId => CommandId.make(uuid())

/** For one message, and the command that posts it. */
export const newMessageId = (): MessageId => MessageId.make(uuid())

// `crypto.randomUUID` is missing where a page came over plain HTTP, as in many a home network.
const uuid = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}
