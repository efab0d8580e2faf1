import { createHash } from "node:crypto"
import { MessageId } from "@chat/domain/Ids"

/**
 * The id of a part of a text that is sent in parts. It follows from the id of the first, so that sending all of it again
 * posts no part twice (a UUID of version 8, RFC 9562).
 */
export const idOfPart = (first: MessageId, part: number): MessageId => {
  if (part === 0) return first
  const bytes = createHash("sha256").update(`${first}/${part}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString("hex")
  return MessageId.make(
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-"),
  )
}
