// What a run has measured: on the screen, and kept.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Effort } from "./efforts.ts"
import type { Figures } from "./workloads/Workload.ts"

/** The figures of each round, by the names of the subjects. */
export interface WorkloadResults {
  readonly title: string
  readonly subjects: Record<string, Array<Figures>>
}

export interface Results {
  readonly name: string
  readonly mode: string
  readonly effort: Effort
  readonly at: string
  readonly commit: string
  readonly machine: Readonly<Record<string, string | number>>
  readonly workloads: Readonly<Record<string, WorkloadResults>>
}

const pathOf = (name: string): string => join(import.meta.dirname, "results", `${name}.json`)

/** The median of the rounds; undefined where nothing was measured. */
export const figureOf = (results: WorkloadResults | undefined, subject: string, figure: string): number | undefined => {
  const values = (results?.subjects[subject] ?? []).flatMap((figures) => figures[figure] ?? [])
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

export const figuresOf = (results: WorkloadResults): ReadonlyArray<string> => [
  ...new Set(Object.values(results.subjects).flatMap((rounds) => rounds.flatMap((figures) => Object.keys(figures)))),
]

/** Three digits, and no more than there are. */
export const shown = (figure: number | undefined): string =>
  figure === undefined || Number.isNaN(figure) ? "" : figure.toLocaleString("en", { maximumSignificantDigits: 3 })

export const printWorkload = (name: string, results: WorkloadResults): void => {
  const subjects = Object.keys(results.subjects)
  const line = (title: string, cells: ReadonlyArray<string>) =>
    console.log(title.padEnd(32), ...cells.map((cell) => cell.padStart(13)))
  console.log(`\n${name}: ${results.title}`)
  line("", subjects)
  for (const figure of figuresOf(results)) {
    line(
      figure,
      subjects.map((subject) => shown(figureOf(results, subject, figure))),
    )
  }
}

export const saveResults = (results: Results): void => {
  const path = pathOf(results.name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`)
}

export const readResults = (name: string): Results => JSON.parse(readFileSync(pathOf(name), "utf8")) as Results // written by us
