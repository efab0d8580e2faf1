import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import { connect, type Socket } from "node:net"
import { Duplex } from "node:stream"

/** How much longer than a statement may take its answer may be on the way. */
const onTheWay = Duration.seconds(2)

/**
 * How connections to the PostgreSQL server of that URL are opened: each ends itself when something was asked and nothing
 * is heard for longer than any statement may take. The server's own time limit does not help where the server, or the
 * network in between, has gone without a word: TCP alone would wait for a quarter of an hour. A socket of this machine,
 * which has no network in between, is left to the client library.
 */
export const watchedSocket = (url: Redacted.Redacted, statementTimeout: Duration.Duration) => {
  const { hostname, port, searchParams } = new URL(Redacted.value(url))
  if (hostname === "" || searchParams.has("host")) return {}
  const limit = Duration.toMillis(Duration.sum(statementTimeout, onTheWay))
  const host = decodeURIComponent(hostname.replace(/^\[(?<inner>.*)\]$/u, "$<inner>"))
  return {
    stream: () => new Watched(connect({ host, port: port === "" ? 5432 : Number(port), noDelay: true }), limit),
  }
}

// Around the socket, not on it: TLS would take a plain socket's bytes before anybody here could see them.
class Watched extends Duplex {
  private readonly socket: Socket
  private readonly timer: NodeJS.Timeout
  /** Since when something is asked and nothing is heard. */
  private asked: number | undefined

  constructor(socket: Socket, limit: number) {
    super()
    this.socket = socket
    this.timer = setInterval(() => {
      if (this.asked === undefined || performance.now() - this.asked < limit) return
      this.destroy(new Error("the database server does not answer"))
    }, limit / 8).unref()
    socket.on("data", (data) => {
      this.asked = undefined
      if (!this.push(data)) socket.pause()
    })
    socket.on("end", () => this.push(null))
    socket.on("error", (error) => this.destroy(error))
    socket.on("close", () => this.destroy())
  }

  override _read(): void {
    this.socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.asked ??= performance.now()
    // Whether it arrives is not waited for here.
    this.socket.write(chunk)
    done()
  }

  override _final(done: () => void): void {
    this.socket.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.timer)
    this.socket.destroy()
    done(error)
  }
}
