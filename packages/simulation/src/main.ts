// npm run simulate -- --seed 7              the world of one seed, as lines
// npm run simulate -- --seeds 10000         many worlds; says which of them are not as they should be
// npm run simulate -- --seeds 100 --from 5000
// Many worlds are shared out among as many processes as there are cores; --jobs says another number.
import { fork } from "node:child_process"
import { once } from "node:events"
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { Simulator } from "./simulate.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
})

const say = (line: string) => process.stdout.write(`${line}\n`)

const one = async (seed: number): Promise<boolean> => {
  const simulator = await Simulator.make()
  const { problems, digest, lines } = await simulator.run(seed, true)
  for (const line of lines) say(line)
  say(`seed ${seed}: ${digest}, ${problems.length === 0 ? "all is well" : `${problems.length} problems`}`)
  for (const problem of problems) say(`  ${problem}`)
  await simulator.close()
  return problems.length === 0
}

const many = async (from: number, count: number): Promise<boolean> => {
  const simulator = await Simulator.make()
  const started = process.cpuUsage()
  const wrong: Array<number> = []
  for (let seed = from; seed < from + count; seed++) {
    const { problems } = await simulator.run(seed)
    if (problems.length > 0) {
      wrong.push(seed)
      say(`npm run simulate -- --seed ${seed}`)
      for (const problem of problems) say(`  ${problem.slice(0, 600)}`)
    }
    if ((seed - from + 1) % 100 === 0) {
      const { user, system } = process.cpuUsage(started)
      const each = (user + system) / 1_000 / (seed - from + 1)
      say(`${seed - from + 1} worlds, ${wrong.length} of them wrong, ${each.toFixed(1)} ms of a core each`)
    }
  }
  await simulator.close()
  return wrong.length === 0
}

/** Each of the processes has a stretch of the worlds. */
const shared = async (from: number, count: number, jobs: number): Promise<boolean> => {
  const each = Math.ceil(count / jobs)
  const exits = Array.from({ length: jobs }, (_, job) => {
    const first = from + job * each
    const seeds = Math.max(0, Math.min(each, from + count - first))
    return once(fork(import.meta.filename, ["--from", `${first}`, "--seeds", `${seeds}`, "--jobs", "1"]), "exit")
  })
  return (await Promise.all(exits)).every(([code]) => code === 0)
}

const ok = await (values.seed === undefined
  ? values.jobs === "1"
    ? many(Number(values.from), Number(values.seeds))
    : shared(Number(values.from), Number(values.seeds), Number(values.jobs))
  : one(Number(values.seed)))
process.exit(ok ? 0 : 1)
