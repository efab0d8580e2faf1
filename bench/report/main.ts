// Writes docs/benchmarks.md and its picture from the figures of a run.
//
//   npm run bench:report [-- NAME]
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { readResults } from "../results.ts"
import { renderChart } from "./chart.ts"
import { renderPage } from "./page.ts"

const docs = join(import.meta.dirname, "..", "..", "docs")
const results = readResults(process.argv[2] ?? "published")
writeFileSync(join(docs, "benchmarks.md"), renderPage(results))
writeFileSync(join(docs, "benchmarks.svg"), renderChart(results))
