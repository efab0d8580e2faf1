// Measures our server beside others, all of them in the same run.
//
//   npm run bench -- [workload ...] [--peers ours,ws-batched] [--rounds 3] [--short]
import { parseArgs } from "node:util"
import { pinLoad } from "./machine/cores.ts"
import { checkpoint, dropAll } from "./machine/databases.ts"
import { killAll } from "./machine/Server.ts"
import { ours } from "./servers/ours.ts"
import { peers } from "./servers/peers.ts"
import { direct } from "./workloads/direct.ts"
import { fanOut } from "./workloads/fanOut.ts"
import type { Effort, Figures, Workload } from "./workloads/Workload.ts"

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    short: { type: "boolean", default: false },
  },
})

const all: ReadonlyArray<Workload> = [direct, fanOut(200), fanOut(1_000)]
const effort: Effort = { seconds: Number(flags.seconds ?? (flags.short ? 2 : 8)), warmup: flags.short ? 1 : 2 }
const rounds = Number(flags.rounds ?? (flags.short ? 1 : 3))
const subjects = [ours, ...peers].filter(({ name }) => flags.peers?.split(",").includes(name) ?? true)
const workloads = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const print = (workload: Workload, results: ReadonlyMap<string, ReadonlyArray<Figures>>): void => {
  console.log(`\n${workload.name}: ${workload.title}`)
  const names = [...results.keys()]
  const rows = Object.keys([...results.values()][0]?.[0] ?? {})
  const line = (name: string, cells: ReadonlyArray<string>) =>
    console.log(name.padEnd(32), ...cells.map((cell) => cell.padStart(12)))
  line("", names)
  for (const row of rows) {
    const figures = names.map((name) => median((results.get(name) ?? []).map((figures) => figures[row] ?? Number.NaN)))
    line(
      row,
      figures.map((figure) => figure.toLocaleString("en", { maximumSignificantDigits: 4 })),
    )
  }
}

process.once("exit", killAll)
process.once("SIGINT", () => process.exit(130))
pinLoad()
try {
  for (const workload of workloads) {
    const results = new Map<string, Array<Figures>>(subjects.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      // Each round begins with another, so that none is always the first or the last.
      for (let turn = 0; turn < subjects.length; turn++) {
        const subject = subjects[(turn + round) % subjects.length]
        if (subject === undefined) continue
        await checkpoint()
        results.get(subject.name)?.push(await workload.run(subject, effort))
      }
    }
    print(workload, results)
  }
} finally {
  killAll()
  await dropAll()
}
process.exit()
