import * as Context from "effect/Context"
import * as Metric from "effect/Metric"

/** A number that only grows. It is counted up in place, where even a look-up would be felt, and read when it is asked for. */
export interface Counter {
  value: number
}

/** A number that goes up and down. Whoever knows it says how to read it. */
export interface Gauge {
  read: () => number
}

/** How often a value was up to each of some bounds. */
export class Histogram {
  private readonly bounds: ReadonlyArray<number>
  private readonly counts: Float64Array
  private sum = 0
  private min = Number.MAX_VALUE
  private max = 0

  constructor(bounds: ReadonlyArray<number>) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    let bucket = 0
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? 0)) bucket++
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  read(): Metric.HistogramState {
    let count = 0
    const buckets = this.bounds.map((bound, index): [number, number] => [bound, (count += this.counts[index] ?? 0)])
    count += this.counts[this.bounds.length] ?? 0
    return { buckets, count, sum: this.sum, min: count === 0 ? 0 : this.min, max: this.max }
  }
}

/** All series of one name. */
export interface Family {
  readonly name: string
  readonly type: "counter" | "gauge" | "histogram"
  readonly labels: ReadonlyArray<string>
  readonly about: string
}

/** Several series under one name, told apart by the value of one label; each is made when it is first asked for. */
type Labelled<Label extends string, Series> = (label: Label) => Series

/**
 * Plain numbers, which every exporter reads through the registry of Effect's metrics. What a label can be is in its type,
 * and never anything that a user makes up: the number of series has an end.
 */
export const makeRegistry = () => {
  const registry: Metric.MetricRegistry = new Map()
  const context = Context.make(Metric.MetricRegistry, registry)
  const families: Array<Family> = []

  const publish = <Input, State>(metric: Metric.Metric<Input, State>, get: () => State): void => {
    Metric.registerUnsafe(metric, context, { get, update: () => {}, modify: () => {} })
  }

  const newCounter = (name: string, description: string, attributes?: Record<string, string>): Counter => {
    const series: Counter = { value: 0 }
    const metric = Metric.counter(name, { description, incremental: true, ...(attributes && { attributes }) })
    publish(metric, () => ({ count: series.value, incremental: true }))
    return series
  }

  const newHistogram = (
    name: string,
    description: string,
    bounds: ReadonlyArray<number>,
    attributes?: Record<string, string>,
  ): Histogram => {
    const series = new Histogram(bounds)
    publish(Metric.histogram(name, { description, boundaries: bounds, ...(attributes && { attributes }) }), () =>
      series.read(),
    )
    return series
  }

  const labelled = <Label extends string, Series>(make: (label: Label) => Series): Labelled<Label, Series> => {
    const known = new Map<Label, Series>()
    return (label) => {
      const before = known.get(label)
      if (before !== undefined) return before
      const series = make(label)
      known.set(label, series)
      return series
    }
  }

  return {
    context,
    families: families as ReadonlyArray<Family>,
    counter: (name: string, about: string): Counter => {
      families.push({ name, type: "counter", labels: [], about })
      return newCounter(name, about)
    },
    /** A counter that something else keeps. */
    counterOf: (name: string, about: string, read: () => number): void => {
      families.push({ name, type: "counter", labels: [], about })
      publish(Metric.counter(name, { description: about, incremental: true }), () => ({
        count: read(),
        incremental: true,
      }))
    },
    counters: <Label extends string>(name: string, label: string, about: string): Labelled<Label, Counter> => {
      families.push({ name, type: "counter", labels: [label], about })
      return labelled((value) => newCounter(name, about, { [label]: value }))
    },
    /** Told apart by two labels. */
    grid: <First extends string, Second extends string>(
      name: string,
      [first, second]: readonly [string, string],
      about: string,
    ): ((label: First) => Labelled<Second, Counter>) => {
      families.push({ name, type: "counter", labels: [first, second], about })
      return (one) => labelled((two) => newCounter(name, about, { [first]: one, [second]: two }))
    },
    gauge: (name: string, about: string, read = () => 0): Gauge => {
      families.push({ name, type: "gauge", labels: [], about })
      const series: Gauge = { read }
      publish(Metric.gauge(name, { description: about }), () => ({ value: series.read() }))
      return series
    },
    histogram: (name: string, about: string, bounds: ReadonlyArray<number>): Histogram => {
      families.push({ name, type: "histogram", labels: [], about })
      return newHistogram(name, about, bounds)
    },
    histograms: <Label extends string>(
      name: string,
      label: string,
      about: string,
      bounds: ReadonlyArray<number>,
    ): Labelled<Label, Histogram> => {
      families.push({ name, type: "histogram", labels: [label], about })
      return labelled((value) => newHistogram(name, about, bounds, { [label]: value }))
    },
  }
}
