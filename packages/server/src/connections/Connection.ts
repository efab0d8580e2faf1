import type { SessionId } from "@chat/domain/Ids"
import type { FromClientEncoded, FromServerEncoded } from "effect/rpc/RpcMessage"
import type { Outlet, Source } from "../sessions/CurrentConnection.ts"
import { parseFrame } from "./messages.ts"
import { type Wire, writeTextFrame } from "./textFrame.ts"

/** Why a connection is closed from this side: the codes of RFC 6455 and, from 4000 on, our own. */
export const closeCodes = {
  malformed: 1007,
  restarting: 1012,
  sessionEnded: 4001,
  stalled: 4002,
  silent: 4003,
  idle: 4004,
  unknown: 4005,
} as const

/** As much as goes into one frame, with some room for what stands around it. */
const frameBytes = 60_000

/** What a connection needs of a WebSocket. */
export interface Socket {
  readonly readyState: number
  readonly OPEN: number
  readonly bufferedAmount: number
  readonly isPaused: boolean
  on(event: "message", listener: (data: unknown, isBinary: boolean) => void): unknown
  on(event: "pong" | "error", listener: () => void): unknown
  once(event: "close", listener: (code: number) => void): unknown
  ping(): void
  close(code: number, reason?: string): void
  terminate(): void
  pause(): void
  resume(): void
}

export interface ConnectionOptions {
  /** As much may wait for the peer; over it nothing more is read from it until it has taken some. */
  readonly queueBytes: number
  /** It may take nothing for so long, in milliseconds. */
  readonly stallAfter: number
  /** How long it may hold a place before a call says who it is. */
  readonly signInWithin: number
  /** It may ask nothing for so long; undefined: for ever. */
  readonly idleAfter: number | undefined
  readonly onMessages: (messages: ReadonlyArray<FromClientEncoded>) => void
  readonly onClose: (code: number) => void
  /** Has `flush` called at the end of this turn of the event loop. */
  readonly onDue: (connection: Connection) => void
}

/** What is said as the chunks of a call. */
interface Streaming {
  /** What stands before the values. */
  readonly head: string
  readonly source: Source
}

/** Why a connection is to end when what is under way on it is over. */
interface Ending {
  readonly code: number
  readonly reason: string
  /** Whether streams are waited for too. */
  readonly streams: boolean
}

/** One WebSocket. What is due to it within one turn of the event loop goes out in one write. */
export class Connection {
  /** The calls in flight; those that have begun to stream may never end by themselves. */
  readonly calls = new Map<string | number, "waiting" | "streaming">()
  readonly sessions = new Set<SessionId>()
  private readonly socket: Socket
  private readonly wire: Wire
  private readonly options: ConnectionOptions
  private answers: Array<string> = []
  private readonly streams = new Set<Streaming>()
  private isDue = false
  /** The peer has been sent as much as may wait: the rest of the streams when it has taken some. */
  private isHeld = false
  private heard = true
  private accepted = true
  private acceptedAt: number
  private calledAt: number
  private readonly openedAt: number
  private ending: Ending | undefined
  private closed = false
  /** Why it was cut; the socket does not know. */
  private cutWith: number | undefined

  constructor(socket: Socket, wire: Wire, now: number, options: ConnectionOptions) {
    this.socket = socket
    this.wire = wire
    this.options = options
    this.acceptedAt = now
    this.calledAt = now
    this.openedAt = now
    socket.on("message", (data, isBinary) => {
      if (this.closed) return
      this.heard = true
      const messages = isBinary ? undefined : parseFrame(String(data))
      if (messages === undefined) return this.close(closeCodes.malformed, "not messages of the contract")
      options.onMessages(messages)
    })
    socket.on("pong", () => (this.heard = true))
    // A broken socket closes too, which is all that there is to know.
    socket.on("error", () => undefined)
    socket.once("close", (code) => {
      this.closed = true
      options.onClose(this.cutWith ?? code)
    })
  }

  get bytesWaiting(): number {
    return this.socket.bufferedAmount
  }

  /** Takes on a call, unless the connection is about to end. */
  call(id: string | number, now: number): boolean {
    this.calledAt = now
    if (this.closed || this.ending !== undefined) return false
    this.calls.set(id, "waiting")
    return true
  }

  send(message: FromServerEncoded): void {
    if (this.closed) return
    this.answers.push(JSON.stringify(message))
    this.setDue()
    if (message._tag === "Chunk" && this.calls.has(message.requestId)) this.calls.set(message.requestId, "streaming")
    if (message._tag === "Exit" && this.calls.delete(message.requestId)) this.endIfOver()
  }

  /** Says what a source has as the chunks of a call, which is over when its exit is sent. */
  stream(requestId: string | number, source: Source): Outlet {
    const streaming: Streaming = { head: `{"_tag":"Chunk","requestId":${JSON.stringify(requestId)},"values":[`, source }
    this.streams.add(streaming)
    if (this.calls.has(requestId)) this.calls.set(requestId, "streaming")
    return { due: this.setDue, close: () => void this.streams.delete(streaming) }
  }

  private readonly setDue = (): void => {
    if (this.isDue || this.closed) return
    this.isDue = true
    this.options.onDue(this)
  }

  /** Closes what does not answer, does not read or, if asked for, does nothing; asks the others whether they live. */
  beat(now: number): void {
    const { stallAfter, signInWithin, idleAfter } = this.options
    if (this.accepted || this.socket.bufferedAmount === 0) this.acceptedAt = now
    if (now - this.acceptedAt >= stallAfter) return this.cut(closeCodes.stalled)
    // Who takes what was sent is alive, and an answer waits unread while the socket is paused.
    if (!this.heard && !this.accepted && !this.socket.isPaused) return this.cut(closeCodes.silent)
    if (this.sessions.size === 0 && now - this.openedAt > signInWithin) {
      return this.close(closeCodes.unknown, "nobody has signed in")
    }
    if (idleAfter !== undefined && now - this.calledAt > idleAfter) return this.close(closeCodes.idle, "idle")
    this.heard = false
    this.accepted = false
    this.socket.ping()
  }

  close(code: number, reason: string): void {
    if (this.closed) return
    this.flush()
    this.closed = true
    this.socket.resume()
    this.socket.close(code, reason)
  }

  /** Closes when every call in flight is answered, which is waited for so many milliseconds. */
  finish(code: number, reason: string, options: { readonly streams: boolean; readonly grace: number }): void {
    if (this.closed || this.ending !== undefined) return
    this.ending = { code, reason, streams: options.streams }
    setTimeout(() => this.close(code, reason), options.grace).unref()
    this.endIfOver()
  }

  private endIfOver(): void {
    if (this.ending === undefined) return
    const { code, reason, streams } = this.ending
    for (const state of this.calls.values()) if (streams || state === "waiting") return
    this.close(code, reason)
  }

  /** For a peer that would not hear of it. */
  private cut(code: number): void {
    this.closed = true
    this.cutWith = code
    this.socket.close(code)
    this.socket.terminate()
  }

  /** Writes whatever is due, at once. */
  flush(): void {
    this.isDue = false
    if (this.closed || this.socket.readyState !== this.socket.OPEN) return
    this.wire.cork()
    this.writeAnswers()
    for (const streaming of this.streams) this.writeStream(streaming)
    this.wire.uncork()
    if (this.isFull) this.socket.pause()
  }

  private writeAnswers(): void {
    const { answers } = this
    if (answers.length === 0) return
    this.answers = []
    for (let start = 0; start < answers.length;) {
      let bytes = 0
      let end = start
      do {
        bytes += Buffer.byteLength(answers[end] ?? "")
        end++
      } while (end < answers.length && bytes + Buffer.byteLength(answers[end] ?? "") < frameBytes)
      this.write(end - start === 1 ? (answers[start] ?? "") : `[${answers.slice(start, end).join(",")}]`)
      start = end
    }
  }

  private writeStream({ head, source }: Streaming): void {
    while (!this.isFull) {
      const values = source(frameBytes)
      if (values === "") return
      this.write(`${head}${values}]}`)
    }
    this.isHeld = true
  }

  private write(frame: string): void {
    writeTextFrame(this.wire, frame, this.onAccepted)
  }

  private get isFull(): boolean {
    return this.socket.bufferedAmount > this.options.queueBytes
  }

  private readonly onAccepted = (): void => {
    this.accepted = true
    if (this.isFull) return
    if (this.socket.isPaused) this.socket.resume()
    if (!this.isHeld) return
    this.isHeld = false
    this.setDue()
  }
}
