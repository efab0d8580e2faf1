// What processes use, as the operating system counts it.
import { readdirSync, readFileSync } from "node:fs"

const tryRead = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return "" // a thread or a process that ended meanwhile
  }
}

const tryList = (path: string): ReadonlyArray<string> => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** CPU time of a process with all of its threads, in milliseconds; /proc/<pid>/stat has the same in steps of ten. */
export const cpuMillis = (pid: number): number =>
  tryList(`/proc/${pid}/task`)
    .map((thread) => Number(tryRead(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]) / 1e6)
    .reduce((sum, millis) => sum + millis, 0)

/** What a process has in memory, in bytes. */
export const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(tryRead(`/proc/${pid}/status`))?.[1] ?? Number.NaN) * 1_024

const titled = (title: RegExp): ReadonlyArray<number> =>
  tryList("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && title.test(tryRead(`/proc/${pid}/cmdline`)))

/** The processes of PostgreSQL that serve one database. */
export const backendsOf = (database: string): ReadonlyArray<number> => titled(new RegExp(`^postgres: .* ${database} `))

/** CPU time of PostgreSQL in milliseconds: what serves one database, and what writes for all of them. */
export const databaseCpuMillis = (database: string): number =>
  [...backendsOf(database), ...titled(/^postgres: .*(walwriter|background writer|checkpointer)/)]
    .map(cpuMillis)
    .reduce((sum, millis) => sum + millis, 0)

/** CPU time of everything on this machine, in milliseconds. */
export const machineCpuMillis = (): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    /^cpu +(.*)$/m.exec(tryRead("/proc/stat"))?.[1]?.split(" ").map(Number) ?? []
  return (user + nice + system + irq + softirq) * 10
}
