// Runs inside a server that is measured, and answers its parent.
import { monitorEventLoopDelay } from "node:perf_hooks"

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on("message", (question) => {
  if (question === "collect") {
    global.gc?.()
    global.gc?.()
    process.send?.({ answer: process.memoryUsage().heapUsed })
  } else {
    process.send?.({ answer: delay.max / 1e6 })
    delay.reset()
  }
})
// It must not keep the server from ending.
process.channel?.unref()
