// The page of the docs, made from the figures of one run.
import { figureOf, figuresOf, type Results, shown, type WorkloadResults } from "../results.ts"

const subjects: Readonly<Record<string, string>> = {
  ours: "This server, on PostgreSQL.",
  "ours-embedded":
    "This server on its embedded database, PGlite, which runs in a thread of the same process on the same core.",
  "ws-batched":
    "What one writes by hand with `ws` and `pg`: rooms in memory; what arrives while a statement runs goes into the next; a message is sent after it is stored. No accounts, no repeating, no catching up ([source](../bench/peers/wsBatched.ts)).",
  ws: "The same, and nothing is stored: how fast sockets are ([source](../bench/peers/ws.ts)).",
  "socket.io":
    "As its documentation builds a chat: an insert per message, then to the room ([source](../bench/peers/socketIo.ts)).",
}

const figures: Readonly<Record<string, string>> = {
  messagesPerSecond: "messages/s",
  postsPerSecond: "posts/s",
  deliveriesPerSecond: "deliveries/s",
  caughtUpSeconds: "until all have caught up, s",
  signInsPerSecond: "connected and signed in, /s",
  followersPerSecond: "with its `Sync` open (peers: in its room), /s",
  listeningMillis: "until it listens, ms",
  deliveredMillis: "until the first message was delivered, ms",
  serverMicrosPerMessage: "CPU of the server per message, µs",
  serverMicrosPerPost: "CPU of the server per post, µs",
  serverMicrosPerDelivery: "CPU of the server per delivery, µs",
  serverMicrosPerSignIn: "CPU of the server per sign-in, µs",
  serverMicrosPerFollower: "CPU of the server per `Sync`, µs",
  serverMillisPerClient: "CPU of the server per client, ms",
  databaseMicrosPerMessage: "CPU of PostgreSQL per message, µs",
  databaseMicrosPerPost: "CPU of PostgreSQL per post, µs",
  databaseMicrosPerDelivery: "CPU of PostgreSQL per delivery, µs",
  databaseMicrosPerFollower: "CPU of PostgreSQL per `Sync`, µs",
  kibPerConnection: "memory per idle connection, KiB",
  kibPerConnectionUncollected: "the same before garbage is collected, KiB",
  residentMiB: "memory of the process then, MiB",
  p50Millis: "from post to delivery, p50, ms",
  p99Millis: "p99, ms",
  longestDelayMillis: "longest that the event loop was blocked, ms",
  halfP50Millis: "at half of its own rate: from post to delivery, p50, ms",
  halfP99Millis: "p99, ms",
  steadyDeliveriesPerSecond: "at 10,000 deliveries/s: deliveries/s",
  steadyServerMicrosPerDelivery: "CPU of the server per delivery, µs",
  steadyP50Millis: "from post to delivery, p50, ms",
  steadyP99Millis: "p99, ms",
  serverCores: "cores used by the server",
  loadCores: "cores used by the load",
}

/** What is done, for each workload. */
const explanations: Readonly<Record<string, (results: Results) => string>> = {
  w1: ({ effort }) => `${effort.pairs} pairs; whoever gets a message answers it, so that each pair has one under way.`,
  w2: ({ effort }) =>
    `A room of ${effort.room}, all connected, and one of them writes: first with 50 messages under way, then at half of the rate that this gave, then so that there are 10,000 deliveries a second.`,
  "w2-large": ({ effort }) => `The same with ${effort.largeRoom.toLocaleString("en")} members.`,
  w3: ({ effort }) =>
    `${effort.rooms} rooms of ${effort.perRoom}; all of them write, at a rate that is raised and lowered to find the highest at which 99 of 100 deliveries take less than 250 ms.`,
  "w3-silent": () =>
    "The same without what a client says once a second of what it has got, as where everybody has turned receipts off.",
  w4: ({ effort }) =>
    `${effort.connections.toLocaleString("en")} connections, made 100 at a time, first only to sign in with an access token, then each with its \`Sync\` open and nothing happening.`,
  "w4-large": ({ effort }) => `The same with ${effort.manyConnections.toLocaleString("en")}.`,
  w5: () =>
    "A database that has been used before, two people connected. What is compiled is cached, where the server does so.",
  w6: ({ effort, workloads }) => {
    const { storm, perStormRoom, missed } = effort
    const live = figureOf(workloads["w2"], "ours", "deliveriesPerSecond")
    return (
      `${storm.toLocaleString("en")} clients in rooms of ${perStormRoom} come back at the same moment, each ${missed} events behind.` +
      (live === undefined
        ? ""
        : ` At the rate of \`w2\` as many deliveries would take ${shown((storm * missed) / live)} s.`)
    )
  },
  hot: ({ effort }) =>
    `${effort.senders} members write into one room, each again as soon as the last post is acknowledged, which is after its commit; nobody listens. The places in the log are checked to have no gap.`,
}

const ratio = (a: number | undefined, b: number | undefined): string =>
  a === undefined || b === undefined || b === 0 || Number.isNaN(a / b) ? "" : `${shown(a / b)}×`

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const section = (name: string, workload: WorkloadResults, results: Results): string => {
  const names = Object.keys(workload.subjects)
  const hasByHand = names.includes("ws-batched")
  const rows = figuresOf(workload).flatMap((figure) => {
    const title = figures[figure]
    if (title === undefined) return []
    const values = names.map((subject) => figureOf(workload, subject, figure))
    const byHand = ratio(figureOf(workload, "ours", figure), figureOf(workload, "ws-batched", figure))
    return [row([title, ...values.map(shown), ...(hasByHand ? [byHand] : [])])]
  })
  const head = ["", ...names, ...(hasByHand ? ["ours : ws-batched"] : [])]
  return [
    `## ${workload.title}`,
    "",
    `\`${name}\`. ${explanations[name]?.(results) ?? ""}`,
    "",
    row(head),
    row(head.map(() => "---")),
    ...rows,
    "",
  ].join("\n")
}

/** How much else was going on, which is to be known about every figure. */
const foreign = (results: Results): number =>
  Math.max(
    0,
    ...Object.values(results.workloads).flatMap((workload) =>
      Object.keys(workload.subjects).map((subject) => figureOf(workload, subject, "foreignCores") ?? 0),
    ),
  )

interface Comparison {
  readonly title: string
  readonly workload: string
  readonly figure: string
  readonly one: string
  readonly other: string
}

const compare = (title: string, workload: string, figure: string, other: string, one = "ours"): Comparison => ({
  title,
  workload,
  figure,
  one,
  other,
})

/** The figures that count most. */
const summary: ReadonlyArray<Comparison> = [
  compare("direct messages/s", "w1", "messagesPerSecond", "ws-batched"),
  compare("direct messages/s", "w1", "messagesPerSecond", "socket.io"),
  compare("CPU per direct message, µs", "w1", "serverMicrosPerMessage", "ws-batched"),
  compare("deliveries/s in one room", "w2", "deliveriesPerSecond", "ws-batched"),
  compare("CPU per delivery in one room, µs", "w2", "serverMicrosPerDelivery", "ws-batched"),
  compare("the same at 10,000 deliveries/s, µs", "w2", "steadyServerMicrosPerDelivery", "ws-batched"),
  compare("posts/s in many rooms", "w3", "postsPerSecond", "ws-batched"),
  compare("posts/s in many rooms, nobody tells", "w3-silent", "postsPerSecond", "ws-batched"),
  compare("posts/s in many rooms, nobody tells", "w3-silent", "postsPerSecond", "socket.io"),
  compare("posts/s into one hot room", "hot", "postsPerSecond", "ws-batched"),
  compare("direct messages/s", "w1", "messagesPerSecond", "ours", "ours-embedded"),
  compare("posts/s in many rooms, nobody tells", "w3-silent", "postsPerSecond", "ours", "ours-embedded"),
]

const summaryRows = ({ workloads }: Results): ReadonlyArray<string> =>
  summary.flatMap(({ title, workload, figure, one, other }) => {
    const [left, right] = [one, other].map((subject) => figureOf(workloads[workload], subject, figure))
    if (left === undefined || right === undefined) return []
    return [row([title, `\`${one}\``, shown(left), `\`${other}\``, shown(right), ratio(left, right)])]
  })

export const renderPage = (results: Results): string => {
  const { machine, effort } = results
  const measured = new Set(Object.values(results.workloads).flatMap(({ subjects }) => Object.keys(subjects)))
  return [
    "# Benchmarks",
    "",
    "For whoever wants to know what a server can carry, and what our way of doing things costs. Made by `npm run bench:report` from",
    `[bench/results/${results.name}.json](../bench/results/${results.name}.json); do not edit.`,
    "",
    `Measured ${results.at.slice(0, 10)} at commit \`${results.commit.slice(0, 12)}\` on ${machine["processor"]}, ${machine["cores"]} cores, ${machine["memoryGiB"]} GiB, ${machine["system"]}, Node ${machine["node"]}, PostgreSQL ${machine["postgresql"]}. ` +
      `Median of ${effort.rounds} rounds, ${effort.seconds} s for each figure${results.mode === "full" ? "" : ` (\`--${results.mode}\`)`}.`,
    "",
    "Each server has one core for itself and the load generator another; PostgreSQL runs where there is room. Rounds are interleaved, so",
    "that what the machine does besides hits all of them. **Compare within a row; figures of another machine say little.** CPU is what the",
    `operating system counts for the process with all of its threads. Other programs used up to ${shown(foreign(results))} cores at the same time.`,
    "",
    row(["", ""]),
    row(["---", "---"]),
    ...Object.entries(subjects).flatMap(([name, text]) => (measured.has(name) ? [row([`\`${name}\``, text])] : [])),
    "",
    "Ours runs with everything on: sessions, limits, heartbeats, metrics, read marks, who may see what; each post is durable, named by an id",
    "for ever and in a log that clients can resume from. The limits of rate are raised (`CHAT_RATE_MESSAGES`, `CHAT_RATE_MESSAGES_BURST`,",
    "`CHAT_RATE_CALLS`), all else is as it comes. In small conversations its clients say once a second what they have got, as the client",
    "library does. In every run each client counts what it hears: no message was lost, doubled or out of order, or there would be no figures.",
    "",
    row(["", "one", "", "other", "", "one : other"]),
    row(["---", "---", "---", "---", "---", "---"]),
    ...summaryRows(results),
    "",
    "![Deliveries per second, and CPU per delivery, in one room](benchmarks.svg)",
    "",
    ...Object.entries(results.workloads).map(([name, workload]) => section(name, workload, results)),
    "## Measure yourself",
    "",
    "```sh",
    "npm run bench -- --short                              # everything, in minutes, to see what a change does",
    "npm run bench -- w1 w2 --peers ours,ws-batched        # some of it",
    "npm run bench -- --name mine                          # all of it, kept in bench/results/mine.json",
    "```",
    "",
    "PostgreSQL is looked for at `CHAT_BENCH_DATABASE_URL` (`postgres://postgres@127.0.0.1:5432`). Why these servers, and how they are",
    "measured: [decision 0028](decisions/0028-benchmarks.md).",
    "",
  ].join("\n")
}
