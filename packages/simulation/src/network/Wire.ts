import { closedWith, type Lost } from "@chat/client/wire/Transport"
import type { Socket } from "@chat/server/src/connections/Connection.ts"
import type { Wire as Stream } from "@chat/server/src/connections/textFrame.ts"
import { EventEmitter } from "node:events"
import type { World } from "../world/World.ts"

/** How long a frame is on its way, as a seed has it. */
export type Delay = () => number

/** So long a WebSocket waits for the other side to agree to its end, in milliseconds. */
const closeTimeout = 30_000

// Stamps count the transactions of all worlds that the store has seen.
const sizeOf = (frame: string): number => frame.replaceAll(/"stamp":"\d+"/gu, "").length

/** One direction of a connection: what goes in comes out in order, later. */
class Pipe {
  private last = 0
  /** Nobody takes anything before. */
  stalledUntil = 0
  private readonly world: World
  private readonly delay: Delay

  constructor(world: World, delay: Delay) {
    this.world = world
    this.delay = delay
  }

  send(arrive: () => void): void {
    this.last = Math.max(this.last, this.world.now + this.delay(), this.stalledUntil)
    this.world.after(this.last - this.world.now, arrive)
  }
}

/** What a client hears of a connection. */
export interface ClientSide {
  readonly onFrame: (frame: string) => void
  readonly onClose: (lost: Lost) => void
}

/**
 * A connection. It carries frames in order, until it is cut: then what is on its way is lost, and each side hears of it
 * some time later; or it falls silent, and neither side hears anything.
 */
export class Wire {
  readonly name: string
  readonly device: string
  /** The server's side, as the server sees it. */
  readonly socket: ServerSocket
  private carries = true
  private clientKnows = false
  private readonly up: Pipe
  private readonly down: Pipe
  private readonly world: World
  private readonly delay: Delay
  private readonly client: ClientSide

  constructor(name: string, device: string, world: World, delay: Delay, client: ClientSide) {
    this.name = name
    this.device = device
    this.world = world
    this.delay = delay
    this.client = client
    this.up = new Pipe(world, delay)
    this.down = new Pipe(world, delay)
    this.socket = new ServerSocket(world, this)
  }

  /** Whether something can still be done to it. */
  get isUp(): boolean {
    return this.carries && !this.clientKnows
  }

  /** What is on its way is lost. */
  cut(): void {
    if (!this.isUp) return
    this.carries = false
    this.world.note(`${this.name} is cut`)
    this.world.after(this.delay(), () => this.tellClient(closedWith(1006, "")))
    this.world.after(this.delay(), () => this.socket.ended(1006))
  }

  /** As after a cable was pulled: nobody is told. */
  silence(): void {
    if (!this.isUp) return
    this.carries = false
    this.world.note(`${this.name} falls silent`)
  }

  /** The client takes nothing for so many milliseconds. */
  stall(millis: number): void {
    this.world.note(`${this.name} stalls for ${millis.toFixed(0)}`)
    this.down.stalledUntil = this.world.now + millis
  }

  fromClient(frame: string): void {
    this.world.note(`${this.name} > ${sizeOf(frame)}`, () => frame)
    this.up.send(() => {
      if (this.carries) this.socket.arrive(frame)
    })
  }

  fromServer(frame: string, taken: () => void): void {
    this.world.note(`${this.name} < ${sizeOf(frame)}`, () => frame)
    this.down.send(() => {
      if (!this.carries) return
      taken()
      if (!this.clientKnows) this.client.onFrame(frame)
    })
  }

  /** A ping, which is answered by whatever holds the other end. */
  ping(answered: () => void): void {
    this.down.send(() => {
      if (!this.carries || this.clientKnows) return
      this.up.send(() => {
        if (this.carries) answered()
      })
    })
  }

  closedByClient(): void {
    if (this.clientKnows) return
    this.clientKnows = true
    this.world.note(`${this.name} is closed by the client`)
    this.up.send(() => {
      if (this.carries) this.socket.ended(1000)
    })
  }

  closedByServer(code: number, reason: string): void {
    this.world.note(`${this.name} is closed by the server with ${code}`)
    this.down.send(() => {
      if (!this.carries) return
      this.tellClient(closedWith(code, reason))
      this.up.send(() => this.socket.ended(code))
    })
    this.world.after(closeTimeout, () => this.socket.ended(1006))
  }

  /** The server is gone, or gives up on the connection without a word. */
  droppedByServer(): void {
    if (this.carries) this.world.after(this.delay(), () => this.tellClient(closedWith(1006, "")))
    this.carries = false
    this.socket.ended(1006)
  }

  private tellClient(lost: Lost): void {
    if (this.clientKnows) return
    this.clientKnows = true
    this.world.note(`${this.name}: the client hears of its end, ${lost.code}`)
    this.client.onClose(lost)
  }
}

// What a text frame of a server carries (RFC 6455, 5.2).
const payloadOf = (frame: Buffer): string => {
  const length = frame[1] ?? 0
  return frame.toString("utf8", length < 126 ? 2 : length === 126 ? 4 : 10)
}

/** A WebSocket as `ws` gives it to a server, and the stream under it. */
class ServerSocket extends EventEmitter implements Socket, Stream {
  readonly OPEN = 1
  bufferedAmount = 0
  isPaused = false
  private over = false
  private closing = false
  private waiting: Array<string> = []
  private readonly world: World
  private readonly wire: Wire

  constructor(world: World, wire: Wire) {
    super()
    this.world = world
    this.wire = wire
  }

  arrive(frame: string): void {
    if (this.over) return
    if (this.isPaused) this.waiting.push(frame)
    else this.emit("message", Buffer.from(frame), false)
  }

  ended(code: number): void {
    if (this.over) return
    this.over = true
    this.world.note(`${this.wire.name}: the server hears of its end, ${code}`)
    this.emit("close", code)
  }

  get readyState(): number {
    return this.over || this.closing ? 2 : this.OPEN
  }

  cork(): void {}
  uncork(): void {}

  write(frame: string | Uint8Array, ...rest: readonly ["latin1", () => void] | readonly [() => void]): void {
    if (this.over || this.closing) return
    const bytes = Buffer.from(typeof frame === "string" ? Buffer.from(frame, "latin1") : frame)
    const [taken] = rest.length === 1 ? rest : [rest[1]]
    this.bufferedAmount += bytes.length
    this.wire.fromServer(payloadOf(bytes), () => {
      this.bufferedAmount -= bytes.length
      taken()
    })
  }

  ping(): void {
    this.wire.ping(() => {
      if (!this.over && !this.isPaused) this.emit("pong")
    })
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    const { waiting } = this
    this.waiting = []
    for (const frame of waiting) this.arrive(frame)
  }

  close(code: number, reason = ""): void {
    if (this.over || this.closing) return
    this.closing = true
    this.wire.closedByServer(code, reason)
  }

  terminate(): void {
    // Whoever terminates is told in a later turn.
    this.world.after(0, () => this.wire.droppedByServer())
  }
}
