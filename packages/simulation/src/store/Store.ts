// PostgreSQL in this thread: PGlite, behind the same wire and the same client as in a server, so that the shipped SQL
// runs, and only what a seed decides comes between a statement and its answer.
import { Database } from "@chat/server/src/storage/Database.ts"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { PGlite } from "@electric-sql/pglite"
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import { Duplex } from "node:stream"
import { snapshot } from "./snapshot.ts"
import type { World } from "../world/World.ts"

const settings = ["shared_buffers=16MB", "max_connections=4", "timezone=UTC"].flatMap((setting) => ["-c", setting])
const options = { extensions: { pg_trgm }, startParams: [...PGlite.defaultStartParams, ...settings] }

const makeSnapshot = async (): Promise<Uint8Array> => {
  const postgres = await PGlite.create(options)
  const embedded = { open: new Store(postgres).open, snapshot: Effect.die("nobody asks for one") }
  const migrated = Layer.build(Database.layerFrom(embedded)).pipe(Effect.scoped, Effect.provide(Logger.layer([])))
  await Effect.runPromise(migrated)
  const copy = await postgres.dumpDataDir("none")
  await postgres.close()
  return new Uint8Array(await copy.arrayBuffer())
}

/** One PostgreSQL for many worlds, one after the other. */
export class Store {
  /** The world that it is in. */
  private world: World | undefined
  private running = 0
  private readonly postgres: PGlite
  private connection: PgConnection.PgConnection | undefined
  /** What brings a table back to the beginning. */
  private readonly refills = new Map<string, string>()
  /** The tables that a statement writes to, by its text. */
  private readonly writes = new Map<string, ReadonlyArray<string>>()
  private readonly written = new Set<string>()

  constructor(postgres: PGlite) {
    this.postgres = postgres
  }

  static async make(): Promise<Store> {
    const store = new Store(await PGlite.create({ ...options, loadDataDir: await snapshot(makeSnapshot) }))
    await store.start()
    return store
  }

  private async start(): Promise<void> {
    await this.postgres.exec("CREATE SCHEMA beginning")
    const scope = Scope.makeUnsafe()
    this.connection = await Effect.runPromise(
      PgConnection.make({
        stream: this.open,
        username: "postgres",
        database: "postgres",
        startupParameters: {},
      }).pipe(Scope.provide(scope)),
    )
  }

  /** What every world begins with is what is here now. */
  async keepAsBeginning(): Promise<void> {
    const { rows } = await this.postgres.query<{ readonly name: string; readonly columns: string }>(`
      SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE '%migrations%'
      GROUP BY c.relname ORDER BY c.relname`)
    for (const { name, columns } of rows) {
      await this.postgres.exec(`CREATE TABLE beginning.${name} AS SELECT ${columns} FROM public.${name}`)
      const refill = [`DELETE FROM public.${name}`]
      const { rows: some } = await this.postgres.query(`SELECT FROM beginning.${name} LIMIT 1`)
      if (some.length > 0) {
        refill.push(`INSERT INTO public.${name} (${columns}) SELECT ${columns} FROM beginning.${name}`)
      }
      this.refills.set(name, refill.join("; "))
    }
    this.written.clear()
  }

  /** Everything is as at the beginning, for another world. */
  async enter(world: World): Promise<void> {
    this.world = undefined
    const refill = [...this.written].flatMap((table) => this.refills.get(table) ?? [])
    this.written.clear()
    // Whether rows refer to others was checked when they were first written.
    if (refill.length > 0) {
      await this.postgres.exec(
        `SET session_replication_role = replica; ${refill.join("; ")}; SET session_replication_role = origin`,
      )
    }
    this.world = world
  }

  /** No statement is under way. */
  readonly isIdle = (): boolean => this.running === 0

  readonly query = (sql: string, parameters: ReadonlyArray<unknown> = [], prepare = true) => {
    if (this.connection === undefined) return Effect.die("the store has not started")
    const { connection } = this
    return Effect.suspend(() => {
      this.running++
      for (const table of this.writtenBy(sql)) this.written.add(table)
      return connection.query(sql, parameters, prepare)
    }).pipe(
      Effect.onExit(() => Effect.sync(() => void this.running--)),
      // Without the statement's end nobody would know whether there was one.
      Effect.uninterruptible,
    )
  }

  private writtenBy(sql: string): ReadonlyArray<string> {
    const known = this.writes.get(sql)
    if (known !== undefined) return known
    const found = [...sql.matchAll(/\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)/gu)].flatMap(
      ([, table]) => table ?? [],
    )
    this.writes.set(sql, found)
    return found
  }

  async close(): Promise<void> {
    await this.postgres.close()
  }

  // What PostgreSQL answers is there at once: this thread does it.
  readonly open = (): Duplex => {
    const duplex: Duplex = new Duplex({
      read: () => undefined,
      write: (message: Uint8Array, _encoding, done) => {
        duplex.push(this.world === undefined ? this.execute(message) : this.world.outside(() => this.execute(message)))
        done()
      },
      final: (done) => {
        duplex.push(null)
        done()
      },
    })
    return duplex
  }

  private execute(message: Uint8Array): Uint8Array {
    return this.postgres.execProtocolRawSync(new Uint8Array(message))
  }
}
