// npm run simulate -- --seed 7              the world of one seed, as lines
// npm run simulate -- --seeds 10000         many worlds; says which of them are not as they should be
// npm run simulate -- --seeds 100 --from 5000
import { parseArgs } from "node:util"
import { Simulator } from "./simulate.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
  },
})

const simulator = await Simulator.make()
const say = (line: string) => process.stdout.write(`${line}\n`)

const one = async (seed: number): Promise<boolean> => {
  const { problems, digest, lines } = await simulator.run(seed, true)
  for (const line of lines) say(line)
  say(`seed ${seed}: ${digest}, ${problems.length === 0 ? "all is well" : `${problems.length} problems`}`)
  for (const problem of problems) say(`  ${problem}`)
  return problems.length === 0
}

const many = async (from: number, count: number): Promise<boolean> => {
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
  return wrong.length === 0
}

const ok = await (values.seed === undefined
  ? many(Number(values.from), Number(values.seeds))
  : one(Number(values.seed)))
await simulator.close()
process.exit(ok ? 0 : 1)
