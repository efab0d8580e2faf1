/**
 * How far a `tail` has come, in one opaque word: for each log the last event that was printed or passed over, with its
 * mark. Fixed fields in binary rather than JSON, because the word stands on every line.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Option from "effect/Option"
import { Cursor } from "@chat/domain/Sync"

export type Position = typeof Cursor.Type

const version = 1
const idBytes = 16
const markBytes = 8
const seqBytes = 8
const positionBytes = idBytes + markBytes + seqBytes

const decodePosition = Schema.decodeUnknownOption(Cursor)

const uuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")

/** The word. */
export const formatCursor = (positions: ReadonlyArray<Position>): string => {
  const bytes = Buffer.alloc(1 + positions.length * positionBytes)
  bytes.writeUInt8(version, 0)
  positions.forEach(({ log, mark, seq }, index) => {
    const start = 1 + index * positionBytes
    bytes.write(log.replaceAll("-", ""), start, "hex")
    bytes.write(mark, start + idBytes, "hex")
    bytes.writeBigUInt64BE(BigInt(seq), start + idBytes + markBytes)
  })
  return bytes.toString("base64url")
}

/** The positions in the word; the failure is for people. */
export const parseCursor = (word: string): Result.Result<ReadonlyArray<Position>, string> => {
  const notACursor = Result.fail("this is not a cursor: give one back exactly as `chat tail --json` printed it")
  const bytes = Buffer.from(word, "base64url")
  if (bytes.toString("base64url") !== word || bytes.length === 0 || (bytes.length - 1) % positionBytes !== 0) {
    return notACursor
  }
  if (bytes.readUInt8(0) !== version) return notACursor
  const positions: Array<Position> = []
  for (let start = 1; start < bytes.length; start += positionBytes) {
    const position = decodePosition({
      log: uuid(bytes.toString("hex", start, start + idBytes)),
      mark: bytes.toString("hex", start + idBytes, start + idBytes + markBytes),
      seq: Number(bytes.readBigUInt64BE(start + idBytes + markBytes)),
    })
    if (Option.isNone(position)) return notACursor
    positions.push(position.value)
  }
  return Result.succeed(positions)
}
