// Measures our server beside others, all of them in the same run.
//
//   npm run bench -- [workload ...] [--peers ours,ws-batched] [--rounds 3] [--short | --smoke] [--name NAME]
//
// With a name the figures are kept in bench/results, and `npm run bench:report` makes docs/benchmarks.md from them.
import { parseArgs } from "node:util"
import { full, short, smoke } from "./efforts.ts"
import { pinLoad } from "./machine/cores.ts"
import { checkpoint, dropAll, version } from "./machine/databases.ts"
import { describeMachine } from "./machine/describe.ts"
import { killAll } from "./machine/Server.ts"
import { ours, removeDirectories } from "./servers/ours.ts"
import { peers } from "./servers/peers.ts"
import { printWorkload, saveResults, type WorkloadResults } from "./results.ts"
import { connections, manyConnections } from "./workloads/connections.ts"
import { directMessages } from "./workloads/directMessages.ts"
import { fanOut, largeFanOut } from "./workloads/fanOut.ts"
import { hotRoom } from "./workloads/hotRoom.ts"
import { manyRooms, silentRooms } from "./workloads/manyRooms.ts"
import { reconnect } from "./workloads/reconnect.ts"
import { start } from "./workloads/start.ts"
import type { Subject } from "./servers/Subject.ts"
import type { Workload } from "./workloads/Workload.ts"

const all: ReadonlyArray<Workload> = [
  directMessages,
  fanOut,
  largeFanOut,
  manyRooms,
  silentRooms,
  connections,
  manyConnections,
  start,
  reconnect,
  hotRoom,
]

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: "string" },
    rounds: { type: "string" },
    name: { type: "string" },
    short: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
  },
})
const mode = flags.smoke ? "smoke" : flags.short ? "short" : "full"
const effort = { full, short, smoke }[mode]
const rounds = Number(flags.rounds ?? effort.rounds)
const everybody = [...ours, ...peers]
const asked = flags.peers?.split(",")

const unknown = [
  ...positionals.filter((name) => !all.some((workload) => workload.name === name)),
  ...(asked ?? []).filter((name) => !everybody.some((subject) => subject.name === name)),
]
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}. Workloads: ${all.map(({ name }) => name).join(", ")}`)
  console.error(`Peers: ${everybody.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}

/** To see that everything works, ours does each workload, and each of the others one. */
const isSkipped = (workload: Workload, subject: Subject): boolean => {
  if (mode !== "smoke" || subject.name === "ours") return false
  return workload !== (subject.name === "ours-embedded" ? start : directMessages)
}

/** Each round begins with another subject, so that none is always the first or the last. */
const runWorkload = async (workload: Workload): Promise<WorkloadResults> => {
  const subjects = everybody
    .filter(({ name }) => workload.subjects.includes(name) && (asked?.includes(name) ?? true))
    .filter((subject) => !isSkipped(workload, subject))
  const results: WorkloadResults = { title: workload.title, subjects: {} }
  for (const { name } of subjects) results.subjects[name] = []
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length]
      if (subject === undefined) continue
      if (mode !== "smoke") await checkpoint()
      try {
        results.subjects[subject.name]?.push(await workload.run(subject, effort))
      } catch (error) {
        process.exitCode = 1
        console.error(`\n${workload.name}, ${subject.name}:`, error)
      }
    }
  }
  return results
}

if (mode === "smoke" && process.env["CHAT_TEST_REQUIRE_SERVICES"] !== "1") {
  await version().catch(() => {
    console.log("Benchmarks need PostgreSQL at CHAT_BENCH_DATABASE_URL: not looked at")
    process.exit()
  })
}
const leaveNothing = async (): Promise<void> => {
  killAll()
  removeDirectories()
  await dropAll()
}
process.once("exit", killAll)
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => leaveNothing().finally(() => process.exit(1)))
pinLoad()
try {
  // First, because sources may change while this runs.
  const described = await describeMachine()
  const workloads: Record<string, WorkloadResults> = {}
  for (const workload of all) {
    const { name } = workload
    if (positionals.length > 0 ? !positionals.includes(name) : effort.leavesOut.includes(name)) continue
    const results = await runWorkload(workload)
    printWorkload(name, results)
    // What has holes is not kept.
    if (Object.values(results.subjects).every((figures) => figures.length === rounds)) workloads[name] = results
    if (flags.name === undefined) continue
    saveResults({ name: flags.name, mode, effort: { ...effort, rounds }, ...described, workloads })
  }
} finally {
  await leaveNothing()
}
process.exit()
