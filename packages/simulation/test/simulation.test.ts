import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Simulator } from "../src/simulate.ts"

const count = Number(process.env["CHAT_TEST_WORLDS"] ?? (process.env["CHAT_TEST_LONG"] === "1" ? 10_000 : 60))
// Other worlds each time; whoever finds something says which it was.
const from = Number(process.env["CHAT_TEST_SEED"] ?? Math.floor(Math.random() * 1_000_000_000))

describe("Simulation", () => {
  let simulator: Simulator

  beforeAll(async () => {
    simulator = await Simulator.make()
  })
  afterAll(() => simulator.close())

  it("A seed gives the same world again, whatever came between", async () => {
    const first = await simulator.run(11)
    const other = await simulator.run(12)
    const again = await simulator.run(11)
    expect(again.digest).toBe(first.digest)
    expect(other.digest).not.toBe(first.digest)
  })

  it(`In ${count} worlds all ends well`, async () => {
    for (let seed = from; seed < from + count; seed++) {
      const { problems } = await simulator.run(seed)
      expect(problems, `npm run simulate -- --seed ${seed}`).toEqual([])
    }
  })
})
