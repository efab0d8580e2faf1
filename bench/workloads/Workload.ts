import type { Subject } from "../servers/Subject.ts"

/** How long and how much. */
export interface Effort {
  /** Of each measurement. */
  readonly seconds: number
  readonly warmup: number
}

/** Figures by name; the name ends with the unit. */
export type Figures = Readonly<Record<string, number>>

export interface Workload {
  readonly name: string
  readonly title: string
  readonly run: (subject: Subject, effort: Effort) => Promise<Figures>
}
