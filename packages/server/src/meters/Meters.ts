import { ChatRpcs } from "@chat/domain/Contract"
import type { SnapshotReason } from "@chat/domain/Sync"
import * as Context from "effect/Context"
import { type Family, makeRegistry } from "./registry.ts"

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]
const gaps = [0, 1, 10, 100, 1_000, 10_000, 100_000]

/** Everything that one node counts of what it does. */
export type Meters = ReturnType<typeof makeMeters>

export const makeMeters = () => {
  const { context, families, ...is } = makeRegistry()

  is.gauge("process_resident_memory_bytes", "Memory of the process, that of the embedded database included", () =>
    process.memoryUsage.rss(),
  )
  is.gauge("process_start_time_seconds", "When the process started, in Unix time", () =>
    Math.round(performance.timeOrigin / 1_000),
  )
  is.gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use", () => process.memoryUsage().heapUsed)
  is.gauge("nodejs_heap_size_total_bytes", "JavaScript heap", () => process.memoryUsage().heapTotal)
  is.gauge("nodejs_external_memory_bytes", "Memory of buffers outside the heap", () => process.memoryUsage().external)
  is.counterOf("process_cpu_seconds_total", "CPU time of the process", () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000_000
  })

  const callsOf = is.grid<string, string>(
    "chat_calls_total",
    ["rpc", "outcome"],
    "Calls answered, by call and outcome: `ok`, `interrupted` or the error's tag",
  )
  const durationOf = is.histograms<string>(
    "chat_call_duration_seconds",
    "rpc",
    "How long a call took, from when it was read to its answer; without those that stream",
    seconds,
  )
  // Those of the contract and no others, made once: a call finds its own by one look-up.
  const calls = new Map(
    [...ChatRpcs.requests.keys()].map((tag) => [
      tag,
      { ended: callsOf(tag), duration: () => durationOf(tag), isStream: tag === "Sync" },
    ]),
  )

  return {
    /** Where exporters find the registry. */
    context,
    families,
    /** Of each call of the contract. */
    calls,
    callsInFlight: is.gauge(
      "chat_calls_in_flight",
      "Calls on WebSockets that are not answered yet, streams among them",
    ),
    connections: is.gauge("chat_connections", "Open WebSockets"),
    connectionsOpened: is.counter("chat_connections_opened_total", "WebSockets opened"),
    connectionsClosed: is.counters<string>(
      "chat_connections_closed_total",
      "code",
      "WebSockets closed, by close code: those of RFC 6455, the server's own from 4000 on (see protocol.md), or `other`",
    ),
    upgradesRefused: is.counters<string>(
      "chat_upgrades_refused_total",
      "status",
      "WebSockets not opened, by the HTTP status that was answered",
    ),
    bytesWaiting: is.gauge("chat_connection_queue_bytes", "Bytes that wait for slow connections to take them"),
    syncs: is.gauge("chat_syncs", "Running `Sync` streams"),
    itemsSent: is.counter("chat_sync_items_sent_total", "Deliveries: items, mostly events, handed to `Sync` streams"),
    itemsWaiting: is.gauge("chat_sync_queue_items", "Items that wait in the queues of all `Sync` streams"),
    snapshots: is.counters<SnapshotReason>(
      "chat_snapshots_total",
      "reason",
      "Conversations and accounts sent as a snapshot: `new` to the client, a `gap` over the limit, or another `mark`",
    ),
    resumeGap: is.histogram(
      "chat_resume_gap_events",
      "Events that a log had more than the client that resumed it",
      gaps,
    ),
    headChecks: is.counters<"ok" | "failed">(
      "chat_head_checks_total",
      "outcome",
      "Comparisons of what is delivered with the database",
    ),
    headCheckDuration: is.histogram("chat_head_check_duration_seconds", "How long a head check took", seconds),
    postsWaiting: is.gauge("chat_posts_waiting", "Posts that wait for the next batch"),
    batchesFlying: is.gauge("chat_post_batches_in_flight", "Batches of posts that are being committed"),
    batchSize: is.histogram("chat_post_batch_posts", "Posts in one batch", sizes),
    batchDuration: is.histogram("chat_post_batch_duration_seconds", "How long a batch took, to its commit", seconds),
    rateLimited: is.counters<string>(
      "chat_rate_limited_total",
      "limit",
      "What was refused for being too fast, by limit",
    ),
    databaseErrors: is.counters<"unavailable" | "fault">(
      "chat_database_errors_total",
      "kind",
      "Statements that failed: the database was `unavailable`, or the statement or a row was wrong, a `fault` of ours",
    ),
    loopDelay: is.histogram(
      "chat_event_loop_delay_seconds",
      "How much later than asked for a timer ran, looked at 20 times a second",
      seconds,
    ),
  }
}

/** The meters of this node; outside of a node, such as in a tool, some that nobody reads. */
export const Meters = Context.Reference<Meters>("@chat/server/meters/Meters", { defaultValue: makeMeters })

const row = ({ name, type, labels, about }: Family): string => {
  const shown = labels.map((label) => `\`${label}\``).join(", ")
  return `| \`${name}\` | ${type} | ${shown === "" ? "none" : shown} | ${about} |`
}

/** The rows of the table in the documentation, in its order. */
export const metersTable = (): string => makeMeters().families.map(row).join("\n")
