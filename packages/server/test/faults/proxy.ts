// A network in between that can be cut, be silent, be slow, and take what passes to pieces.
import * as Effect from "effect/Effect"
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

interface Weather {
  /** New connections are dropped. */
  down: boolean
  /** Nothing passes, and nobody is told. */
  silent: boolean
  /** What passes takes so many milliseconds longer, each way. */
  delay: number
  /** What passes comes in pieces of so many bytes, each in a packet of its own. */
  piece: number
}

const fair: Readonly<Weather> = { down: false, silent: false, delay: 0, piece: Number.POSITIVE_INFINITY }

/** Passes on to that address whatever the weather lets through. */
export const makeProxy = Effect.fnUntraced(function* (target: string) {
  const [host, port] = target.split(":")
  const weather: Weather = { ...fair }
  const sockets = new Set<Socket>()
  const held = new Set<() => void>()

  const pass = (from: Socket, to: Socket): void => {
    let line = Promise.resolve()
    from.on("data", (data: Buffer) => {
      from.pause()
      line = line.then(async () => {
        if (weather.silent) await new Promise<void>((resolve) => held.add(resolve))
        // The delay is the fault that is tried: nothing is waited for with it.
        if (weather.delay > 0) await new Promise((resolve) => setTimeout(resolve, weather.delay))
        for (let start = 0; start < data.length && !to.destroyed;) {
          const end = Math.min(data.length, start + weather.piece)
          await new Promise((resolve) => to.write(data.subarray(start, end), resolve))
          start = end
          if (start < data.length) await new Promise((resolve) => setImmediate(resolve))
        }
        from.resume()
      })
    })
    from.on("end", () => void line.then(() => to.end()))
    from.on("error", () => undefined)
    from.on("close", () => {
      sockets.delete(from)
      to.destroy()
    })
  }

  const server = createServer((client) => {
    if (weather.down) return void client.destroy()
    const upstream = connect(Number(port), host)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
    }
    pass(client, upstream)
    pass(upstream, client)
  })
  yield* Effect.acquireRelease(
    Effect.promise(async () => {
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
    }),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      }),
  )
  // It listens on a port.
  const { port: own } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${own}`,
    weather,
    /** Ends every connection, without a goodbye. */
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    /** Fair weather from now on; what was held back goes on its way. */
    clear: () => {
      Object.assign(weather, fair)
      for (const release of held) release()
      held.clear()
    },
  }
})
