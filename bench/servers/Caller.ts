// Calls of the contract over one WebSocket, for what is done before anything is measured.
import { once } from "node:events"
import { textFrame, Wire } from "../load/Wire.ts"

/** As many calls as one connection may have in flight, and some room. */
const atOnce = 48

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export class Caller {
  private readonly wire: Wire
  private readonly waiting = new Map<string, Waiting>()
  private readonly opened: Promise<unknown>
  private lastId = 0

  constructor(port: number) {
    const opening = new EventTarget()
    this.opened = once(opening, "open")
    const lost = (reason: string) => {
      for (const { reject } of this.waiting.values()) reject(new Error(reason))
    }
    const onOpen = () => opening.dispatchEvent(new Event("open"))
    this.wire = new Wire({ port, path: "/rpc", onOpen, onFrame: (frame) => this.take(frame), onClose: lost })
  }

  async call(tag: string, payload: object, token?: string): Promise<unknown> {
    await this.opened
    const id = String(++this.lastId)
    const headers = token === undefined ? [] : [["authorization", `Bearer ${token}`]]
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.wire.send(textFrame(JSON.stringify({ _tag: "Request", id, tag, payload, headers })))
    })
  }

  /** Does something for each of many, in any order. */
  async forEach<A, B>(all: ReadonlyArray<A>, each: (one: A, index: number) => Promise<B>): Promise<ReadonlyArray<B>> {
    const done: Array<B> = []
    let next = 0
    const work = async () => {
      for (let index = next++; index < all.length; index = next++) {
        const one = all[index]
        if (one !== undefined) done[index] = await each(one, index)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return done
  }

  close(): void {
    this.wire.drop()
  }

  private take(frame: Buffer): void {
    for (const message of [JSON.parse(frame.toString())].flat()) {
      const waiting = this.waiting.get(message.requestId)
      if (waiting === undefined) continue
      // Of a stream, all that is wanted is how it begins.
      const caughtUp = message.values?.find((item: { readonly _tag: string }) => item._tag === "CaughtUp")
      if (message._tag !== "Exit" && caughtUp === undefined) continue
      this.waiting.delete(message.requestId)
      if (caughtUp !== undefined) waiting.resolve(caughtUp)
      else if (message.exit._tag === "Success") waiting.resolve(message.exit.value)
      else waiting.reject(new Error(JSON.stringify(message.exit.cause)))
    }
  }
}
