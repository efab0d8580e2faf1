// The embedded PostgreSQL. It blocks the thread it runs on, hence a worker. Every connection is a MessagePort that
// carries the wire protocol: whole frontend messages in, backend bytes out.
import { type MessagePort, parentPort, workerData } from "node:worker_threads"
import { PGlite } from "@electric-sql/pglite"
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm"
import type { WorkerCommand, WorkerOptions, WorkerReport } from "./pglite.protocol.ts"

// `workerData` is typed any; it comes from Embedded.ts alone, which writes this very type.
const options = workerData as WorkerOptions

// Defaults made for a server of many sessions cost 100 MB here. `startParams` keeps the directory's postgresql.conf.
const startParams = [
  ...PGlite.defaultStartParams,
  ...["shared_buffers=16MB", "max_connections=4", "timezone=UTC"].flatMap((setting) => ["-c", setting]),
]

const db = await PGlite.create({
  pgliteWasmModule: options.postgres,
  ...(options.directory === undefined ? {} : { dataDir: options.directory }),
  ...(options.snapshot === undefined ? {} : { loadDataDir: new Blob([options.snapshot]) }),
  extensions: { pg_trgm },
  startParams,
})

const report = (message: WorkerReport, transfer: Array<ArrayBuffer> = []) => parentPort?.postMessage(message, transfer)

const simpleQuery = (sql: string): Uint8Array => {
  const text = new TextEncoder().encode(sql)
  const message = new Uint8Array(text.length + 6)
  message[0] = 0x51
  new DataView(message.buffer).setInt32(1, text.length + 5)
  message.set(text, 5)
  return message
}

const discard = () => undefined

// One backend serves all connections in turn: the next one must not meet the transaction state, settings and prepared
// names of the one before. DISCARD ALL cannot run in a transaction, so they are two messages.
const reset = async () => {
  await db.execProtocolRawStream(simpleQuery("ROLLBACK"), { syncToFs: false, onRawData: discard })
  await db.execProtocolRawStream(simpleQuery("DISCARD ALL"), { syncToFs: false, onRawData: discard })
}

const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

let current: MessagePort | undefined

const serve = (port: MessagePort) => {
  current?.close()
  current = port
  // Chained, so that nothing overtakes the reset. The protocol runs synchronously within each link.
  let turn = reset()
  port.on("message", (message: Uint8Array) => {
    turn = turn.then(async () => {
      if (current !== port) return
      const parts: Array<Uint8Array> = []
      // The bytes are a view of the WebAssembly memory, valid only during the callback.
      await db.execProtocolRawStream(message, { syncToFs: false, onRawData: (bytes) => void parts.push(bytes.slice()) })
      const answer = concat(parts)
      if (answer.length > 0) port.postMessage(answer, [answer.buffer])
    })
  })
}

parentPort?.on("message", async (command: WorkerCommand) => {
  switch (command._tag) {
    case "Connect":
      return serve(command.port)
    case "Snapshot": {
      const bytes = new Uint8Array(await (await db.dumpDataDir("none")).arrayBuffer())
      return report({ _tag: "Snapshot", bytes }, [bytes.buffer])
    }
    case "Close":
      await db.close()
      // An open port would keep the thread alive.
      return process.exit(0)
  }
})

report({ _tag: "Ready" })
