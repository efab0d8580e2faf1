import type { SessionId } from "@chat/domain/Ids"
import type * as NodeWS from "@effect/platform-node/NodeWS"
import type { FromClientEncoded, FromServerEncoded } from "effect/rpc/RpcMessage"
import { parseFrame } from "./messages.ts"

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

/** As much as goes into one frame. */
const frameLength = 60_000

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
  private readonly socket: NodeWS.WebSocket
  private readonly options: ConnectionOptions
  private due: Array<string> = []
  private heard = true
  private accepted = true
  private acceptedAt: number
  private calledAt: number
  private readonly openedAt: number
  private ending: Ending | undefined
  private closed = false
  /** Why it was cut; the socket does not know. */
  private cutWith: number | undefined

  constructor(socket: NodeWS.WebSocket, now: number, options: ConnectionOptions) {
    this.socket = socket
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
    if (this.due.push(JSON.stringify(message)) === 1) setImmediate(() => this.flush())
    if (message._tag === "Chunk" && this.calls.has(message.requestId)) this.calls.set(message.requestId, "streaming")
    if (message._tag === "Exit" && this.calls.delete(message.requestId)) this.endIfOver()
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

  private flush(): void {
    const { due } = this
    this.due = []
    for (let start = 0; start < due.length;) {
      let length = 0
      let end = start
      do {
        length += due[end]?.length ?? 0
        end++
      } while (end < due.length && length + (due[end]?.length ?? 0) < frameLength)
      const frame = end - start === 1 ? due[start] : `[${due.slice(start, end).join(",")}]`
      if (frame !== undefined) this.socket.send(frame, this.onAccepted)
      start = end
    }
    if (this.socket.bufferedAmount > this.options.queueBytes) this.socket.pause()
  }

  private readonly onAccepted = (): void => {
    this.accepted = true
    if (this.socket.isPaused && this.socket.bufferedAmount <= this.options.queueBytes) this.socket.resume()
  }
}
