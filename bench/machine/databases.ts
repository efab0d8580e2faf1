// Databases of a run on the PostgreSQL server; all are gone when it ends.
import { Client } from "pg"

const server = process.env["CHAT_BENCH_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432"
const prefix = `chat_bench_${process.pid}_`
let last = 0

export const urlOf = (database: string): string => `${server}/${database}`

const withServer = async <A>(use: (client: Client) => Promise<A>): Promise<A> => {
  const client = new Client({ connectionString: urlOf("postgres") })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** A new database, empty or a copy of one that nobody uses. */
export const createDatabase = async (template?: string): Promise<string> => {
  const name = `${prefix}${++last}`
  await withServer((client) =>
    client.query(`CREATE DATABASE ${name}${template === undefined ? "" : ` TEMPLATE ${template}`}`),
  )
  return name
}

export const dropDatabase = async (name: string): Promise<void> => {
  await withServer((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Drops the databases of this run, and of runs that were killed. */
export const dropAll = async (): Promise<void> => {
  const { rows } = await withServer((client) =>
    client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE datname ~ '^chat_bench_[0-9]+_'"),
  )
  for (const { datname } of rows) {
    const pid = Number(datname.split("_")[2])
    if (pid === process.pid || !isRunning(pid)) await dropDatabase(datname)
  }
}

/** As the database does by itself in time. */
export const analyze = async (name: string): Promise<void> => {
  const client = new Client({ connectionString: urlOf(name) })
  await client.connect()
  await client.query("VACUUM ANALYZE")
  await client.end()
}

/** What has been changed is written to disk now, so that it is not while something is measured. */
export const checkpoint = (): Promise<unknown> => withServer((client) => client.query("CHECKPOINT"))

export const version = async (): Promise<string> => {
  const { rows } = await withServer((client) => client.query<{ server_version: string }>("SHOW server_version"))
  return rows[0]?.server_version ?? "unknown"
}
