/** A network in memory, between the client and a `FakeServer`, on which anything can be cut anywhere. */
import * as Effect from "effect/Effect"
import { closedWith, Lost, Transport } from "../../src/wire/Transport.ts"
import type { FakeServer, ServerSide } from "./FakeServer.ts"

/** What happens to a frame, or to a request or answer over HTTP. */
export type Fate = "pass" | "cut"

export class FakeTransport {
  readonly server: FakeServer
  /** Decides about everything that is sent, in both directions, in order. */
  fate: (direction: "up" | "down", frame: string) => Fate = () => "pass"
  /** Nothing can be reached. */
  down = false
  /** Frames are swallowed, and nobody is told: a network that went away. */
  silent = false
  opened = 0
  readonly sent: Array<string> = []
  private readonly live = new Set<(lost: Lost) => void>()

  constructor(server: FakeServer) {
    this.server = server
  }

  /** Cuts every connection. */
  cut(lost = new Lost({ detail: "cut", code: 1006 })): void {
    for (const close of this.live) close(lost)
  }

  get connections(): number {
    return this.live.size
  }

  readonly service: Transport["Service"] = Transport.of({
    open: (_url, receiver) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (this.down) return Effect.fail(new Lost({ detail: "refused", refused: true }))
          this.opened++
          let over = false
          const end = (lost?: Lost) => {
            if (over) return
            over = true
            this.live.delete(end)
            this.server.gone(side)
            if (lost !== undefined) receiver.onClose(lost)
          }
          const passes = (direction: "up" | "down", frame: string) => {
            if (over || this.silent) return false
            if (this.fate(direction, frame) === "pass") return true
            end(new Lost({ detail: "cut", code: 1006 }))
            return false
          }
          const side: ServerSide = {
            send: (message) => {
              const frame = JSON.stringify(message)
              queueMicrotask(() => {
                if (passes("down", frame)) receiver.onFrame(frame)
              })
            },
            close: (code, reason) => end(closedWith(code, reason)),
          }
          this.live.add(end)
          return Effect.succeed({
            end,
            send: (frame: string) => {
              this.sent.push(frame)
              queueMicrotask(() => {
                if (passes("up", frame)) this.server.receive(side, frame)
              })
            },
          })
        }),
        ({ end }) => Effect.sync(() => end()),
      ),
    post: (_url, body) =>
      Effect.callback((resume) => {
        if (this.down) return resume(Effect.fail(new Lost({ detail: "refused", refused: true })))
        const cut = () => resume(Effect.fail(new Lost({ detail: "cut" })))
        const side: ServerSide = {
          send: (message) => {
            const frame = JSON.stringify(message)
            if (this.fate("down", frame) === "pass") resume(Effect.succeed(`${frame}\n`))
            else cut()
          },
          close: cut,
        }
        queueMicrotask(() => {
          if (this.fate("up", body) === "pass") this.server.receive(side, body)
          else cut()
        })
      }),
  })
}
