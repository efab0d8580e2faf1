/** What frames are written to: the stream under a WebSocket. */
export interface Wire {
  cork(): void
  uncork(): void
  write(frame: string, encoding: "latin1", onWritten: () => void): unknown
  write(frame: Uint8Array, onWritten: () => void): unknown
}

const text = 0x81

/** What stands before the payload of an unmasked text frame that is a whole message (RFC 6455, 5.2). */
const header = (length: number): string => {
  if (length < 126) return String.fromCharCode(text, length)
  const bytes = length < 65_536 ? 2 : 8
  const size = Array.from({ length: bytes }, (_, at) => Math.floor(length / 256 ** (bytes - 1 - at)) % 256)
  return String.fromCharCode(text, bytes === 2 ? 126 : 127, ...size)
}

/**
 * Writes a text as a frame, in one piece: `ws` writes the header by itself, and makes a buffer of the text first. Text that
 * is ASCII, as nearly all of ours is, goes to the system as it is.
 */
export const writeTextFrame = (wire: Wire, payload: string, onWritten: () => void): void => {
  const length = Buffer.byteLength(payload)
  const head = header(length)
  if (length === payload.length) {
    wire.write(head + payload, "latin1", onWritten)
    return
  }
  const frame = Buffer.allocUnsafe(head.length + length)
  frame.write(head, "latin1")
  frame.write(payload, head.length)
  wire.write(frame, onWritten)
}
