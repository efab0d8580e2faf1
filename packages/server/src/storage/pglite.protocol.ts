import type { MessagePort } from "node:worker_threads"

/** What the worker is started with: a directory, else a database in memory, empty or from a snapshot. */
export interface WorkerOptions {
  /** PostgreSQL itself, compiled once for all workers of the process. */
  readonly postgres: WebAssembly.Module
  readonly directory?: string
  readonly snapshot?: Uint8Array<ArrayBuffer>
}

export type WorkerCommand =
  | { readonly _tag: "Connect"; readonly port: MessagePort }
  | { readonly _tag: "Snapshot" }
  | { readonly _tag: "Close" }

export type WorkerReport =
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Snapshot"; readonly bytes: Uint8Array<ArrayBuffer> }
