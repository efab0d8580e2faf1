// A picture of the one room: how much, and for how much.
import { figureOf, type Results, shown } from "../results.ts"

const width = 760
const left = 130
const bar = 22
const gap = 8

interface Panel {
  readonly title: string
  readonly figure: string
}

const panels: ReadonlyArray<Panel> = [
  { title: "Deliveries per second, as many as it sustains (more is better)", figure: "deliveriesPerSecond" },
  { title: "CPU of the server per delivery, µs (less is better)", figure: "serverMicrosPerDelivery" },
]

const renderPanel = (results: Results, { title, figure }: Panel, top: number): ReadonlyArray<string> => {
  const workload = results.workloads["w2"]
  const names = Object.keys(workload?.subjects ?? {})
  const values = names.map((name) => figureOf(workload, name, figure) ?? 0)
  const most = Math.max(...values, 1e-9)
  return [
    `<text x="0" y="${top + 16}" font-weight="bold">${title}</text>`,
    ...names.flatMap((name, index) => {
      const y = top + 30 + index * (bar + gap)
      const length = Math.round(((values[index] ?? 0) / most) * (width - left - 90))
      const fill = name === "ours" ? "#2563eb" : "#94a3b8"
      return [
        `<text x="0" y="${y + 16}">${name}</text>`,
        `<rect x="${left}" y="${y}" width="${length}" height="${bar}" rx="3" fill="${fill}"/>`,
        `<text x="${left + length + 8}" y="${y + 16}">${shown(values[index])}</text>`,
      ]
    }),
  ]
}

export const renderChart = (results: Results): string => {
  const count = Object.keys(results.workloads["w2"]?.subjects ?? {}).length
  const panelHeight = 30 + count * (bar + gap) + 20
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-20 -10 ${width + 40} ${panels.length * panelHeight + 10}" font-family="sans-serif" font-size="14" fill="#0f172a">`,
    `<rect x="-20" y="-10" width="100%" height="100%" fill="#ffffff"/>`,
    ...panels.flatMap((panel, index) => renderPanel(results, panel, index * panelHeight)),
    "</svg>",
    "",
  ].join("\n")
}
