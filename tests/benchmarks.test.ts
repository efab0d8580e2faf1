import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { renderChart } from "../bench/report/chart.ts"
import { renderPage } from "../bench/report/page.ts"
import { readResults } from "../bench/results.ts"

const docs = join(import.meta.dirname, "..", "docs")

it("the page about benchmarks says what was measured: else run npm run bench:report", () => {
  const results = readResults("published")
  expect(readFileSync(join(docs, "benchmarks.md"), "utf8")).toBe(renderPage(results))
  expect(readFileSync(join(docs, "benchmarks.svg"), "utf8")).toBe(renderChart(results))
})

it("another figure makes another page", () => {
  const results = readResults("published")
  const [rounds = []] = Object.values(results.workloads["w2"]?.subjects ?? {})
  const faster = rounds.map((figures) => ({ ...figures, deliveriesPerSecond: 123_456_000 }))
  const changed = { ...results, workloads: { ...results.workloads, w2: { title: "", subjects: { ours: faster } } } }
  expect(renderPage(changed)).not.toBe(renderPage(results))
  expect(renderChart(changed)).toContain("123,000,000")
})
