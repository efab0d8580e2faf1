// A WebSocket client that does as little as one can do: what a load generator spends per frame limits what it can load.
import { connect, type Socket } from "node:net"

/** Where to, and what is to be heard of it. A frame is only valid during the call. */
export interface WireOptions {
  readonly port: number
  readonly path: string
  readonly onOpen: () => void
  readonly onFrame: (frame: Buffer) => void
  readonly onClose: (reason: string) => void
}

// What was read is gone through at once, so that all sockets can read into the same memory.
const shared = Buffer.allocUnsafe(256 * 1024)
// Any key will do; one of zeros would spare the servers their work.
const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d])

const frameOf = (opcode: number, payload: Buffer): Buffer => {
  const { length } = payload
  const head = length < 126 ? 6 : 8
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x80 | opcode
  if (length < 126) frame[1] = 0x80 | length
  else {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  }
  key.copy(frame, head - 4)
  for (let i = 0; i < length; i++) frame[head + i] = (payload[i] ?? 0) ^ (key[i & 3] ?? 0)
  return frame
}

/** A text frame, masked, as it goes over the wire. */
export const textFrame = (text: string): Buffer => {
  const payload = Buffer.from(text)
  if (payload.length > 0xffff) throw new Error("no frame of a load is that long")
  return frameOf(1, payload)
}

export class Wire {
  private readonly socket: Socket
  private readonly options: WireOptions
  private isOpen = false
  private isOver = false
  private rest: Buffer | undefined

  constructor(options: WireOptions) {
    this.options = options
    const onread = { buffer: shared, callback: (length: number) => this.read(shared.subarray(0, length)) }
    this.socket = connect({ host: "127.0.0.1", port: options.port, noDelay: true, onread })
    this.socket.once("connect", () =>
      this.socket.write(
        `GET ${options.path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      ),
    )
    this.socket.on("error", (error) => this.over(error.message))
    this.socket.on("close", () => this.over("closed"))
  }

  send(frame: Buffer): void {
    this.socket.write(frame)
  }

  /** Without a farewell, so that no port stays taken. */
  drop(): void {
    this.isOver = true
    this.socket.resetAndDestroy()
  }

  private over(reason: string): void {
    if (this.isOver) return
    this.isOver = true
    this.options.onClose(reason)
  }

  private read(chunk: Buffer): boolean {
    const data = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk])
    const end = this.isOpen ? this.readFrames(data, 0) : this.readAnswer(data)
    this.rest = end === data.length ? undefined : Buffer.from(data.subarray(end))
    return !this.isOver
  }

  private readAnswer(data: Buffer): number {
    const end = data.indexOf("\r\n\r\n")
    if (end === -1) return 0
    const status = data.toString("latin1", 0, data.indexOf("\r\n"))
    if (!status.startsWith("HTTP/1.1 101")) {
      this.over(status)
      return data.length
    }
    this.isOpen = true
    this.options.onOpen()
    return this.readFrames(data, end + 4)
  }

  /** Where the first frame begins that is not there whole. */
  private readFrames(data: Buffer, from: number): number {
    let start = from
    while (data.length - start >= 2 && !this.isOver) {
      const short = (data[start + 1] ?? 0) & 0x7f
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (data.length - start < head) break
      const length =
        short < 126 ? short : short === 126 ? data.readUInt16BE(start + 2) : Number(data.readBigUInt64BE(start + 2))
      const end = start + head + length
      if (data.length < end) break
      this.take(data[start] ?? 0, data.subarray(start + head, end))
      start = end
    }
    return start
  }

  private take(first: number, payload: Buffer): void {
    if (first === 0x81) this.options.onFrame(payload)
    else if (first === 0x89) this.send(frameOf(10, payload))
    else if (first === 0x88) {
      this.over(
        `closed by the server: ${payload.length < 2 ? "" : payload.readUInt16BE(0)} ${payload.toString("utf8", 2)}`,
      )
    } else if (first !== 0x8a) this.over(`an unexpected frame: ${first}`)
  }
}
