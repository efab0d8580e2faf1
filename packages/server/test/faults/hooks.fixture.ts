// Preloaded into a server under test: tells how big its heap is, and moves the clock of all its threads.
import { isMainThread } from "node:worker_threads"

const { now } = Date
const RealDate = Date
let offset = 0

Date.now = () => now() + offset
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget),
})

const clock = new BroadcastChannel("clock")
clock.addEventListener("message", ({ data }) => (offset = data))
// Node's has it, the web's has not.
;(clock as unknown as { unref: () => void }).unref()

if (isMainThread) {
  process.on("message", (message: { readonly clock?: number }) => {
    if (message.clock !== undefined) {
      offset = message.clock
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- only a window has an origin
      clock.postMessage(offset)
    }
    globalThis.gc?.()
    process.send?.(process.memoryUsage().heapUsed)
  })
  process.channel?.unref()
}
