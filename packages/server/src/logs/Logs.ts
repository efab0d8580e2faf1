import { type CommandId, LogId, type MessageId, type UserId } from "@chat/domain/Ids"
import { type Mark, Seq } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as SqlError from "effect/sql/SqlError"
import { Hub } from "../hub/Hub.ts"
import { Database } from "../storage/Database.ts"
import { int8, Time } from "../storage/rows.ts"
import { newMark } from "./mark.ts"

/** What is stored of an event: ids and facts, never a message's text. */
export interface NewEvent {
  readonly log: LogId
  readonly actor: UserId | null
  /** The command that it answers, if a command names one event by itself. */
  readonly command?: CommandId | MessageId
  readonly type: string
  /** The message that it is about, which with its place in the log decides who may see the event. */
  readonly message?: { readonly id: MessageId; readonly seq: Seq }
  /** Set: for everybody else it never happened. */
  readonly onlyFor?: UserId | undefined
  readonly data: object
}

/** An event's place. */
export interface Appended {
  readonly seq: Seq
  readonly mark: Mark
  readonly at: string
}

const LogKind = Schema.Literals(["account", "conversation"])
type LogKind = typeof LogKind.Type

/** The version of the events that this server writes. Older ones are upcast when they are read. */
export const eventVersion = 1

const Place = Schema.Tuple([Schema.Struct({ seq: int8(Seq), at: Time })])

/**
 * Appending to logs, inside a transaction on `Database.write`: the event and what it says happen together or not at all.
 * The log's row is locked by it until the commit; whoever appends to several logs locks them first, with `lock`.
 */
export class Logs extends Context.Service<
  Logs,
  {
    /** Makes an empty log. */
    readonly create: (id: LogId, kind: LogKind) => Effect.Effect<void, SqlError.SqlError>
    /**
     * Locks logs in the one order that everybody keeps, by id. Answers those that there are.
     */
    readonly lock: (
      logs: ReadonlyArray<LogId>,
    ) => Effect.Effect<ReadonlyMap<string, LogKind>, SqlError.SqlError | Schema.SchemaError>
    /** The place of the last event of a log that is locked: what a command answers that changes nothing. */
    readonly head: (log: LogId) => Effect.Effect<(typeof Place.Type)[0], SqlError.SqlError | Schema.SchemaError>
    /** Appends an event; after the commit every node is woken. */
    readonly append: (event: NewEvent) => Effect.Effect<Appended, SqlError.SqlError | Schema.SchemaError>
    /** Appends the same event to each of these logs, which are locked already. */
    readonly appendToEach: (
      logs: ReadonlyArray<LogId>,
      event: Pick<NewEvent, "actor" | "type" | "data">,
    ) => Effect.Effect<void, SqlError.SqlError | Schema.SchemaError>
    /** Says that who may do what in a log has changed, so that what was decided from a cache is decided again. */
    readonly raiseAccess: (log: LogId) => Effect.Effect<void, SqlError.SqlError>
  }
>()("@chat/server/logs/Logs") {
  static readonly layer = Layer.effect(
    Logs,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const hub = yield* Hub

      const create = (id: LogId, kind: LogKind) =>
        Effect.asVoid(sql`INSERT INTO logs (id, kind) VALUES (${id}, ${kind})`)

      const Locked = Schema.Array(Schema.Struct({ id: Schema.String, kind: LogKind }))
      const lock = Effect.fnUntraced(function* (logs: ReadonlyArray<LogId>) {
        const rows = yield* sql`SELECT id, kind FROM logs
          WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(logs)}))
          ORDER BY id FOR UPDATE`
        const locked = yield* Schema.decodeUnknownEffect(Locked)(rows)
        return new Map(locked.map(({ id, kind }) => [id, kind]))
      })

      const append = Effect.fnUntraced(function* (event: NewEvent) {
        const mark = newMark()
        const messageSeq = event.message === undefined ? null : event.message.seq
        const rows = yield* sql`WITH taken AS (
            UPDATE logs SET
              seq = seq + 1,
              at = greatest(at, date_trunc('milliseconds', clock_timestamp()))
            WHERE id = ${event.log}
            RETURNING seq, at
          )
          INSERT INTO events (log_id, seq, mark, at, actor_id, command_id, type, version, message_id, message_seq, data,
            only_for)
          SELECT ${event.log}, seq, decode(${mark}, 'hex'), at, ${event.actor}, ${event.command ?? null},
            ${event.type}, ${eventVersion}, ${event.message?.id ?? null}, ${messageSeq}, ${PgTypes.jsonb(event.data)},
            ${event.onlyFor ?? null}
          FROM taken
          RETURNING seq, at`
        const [{ seq, at }] = yield* Schema.decodeUnknownEffect(Place)(rows)
        yield* sql.afterCommit(hub.publish({ _tag: "LogAdvanced", log: event.log, seq }))
        return { seq, mark, at }
      })

      const head = Effect.fnUntraced(function* (log: LogId) {
        const rows = yield* sql`SELECT seq, at FROM logs WHERE id = ${log}`
        const [place] = yield* Schema.decodeUnknownEffect(Place)(rows)
        return place
      })

      const Grown = Schema.Array(Schema.Struct({ log: LogId, seq: int8(Seq) }))
      const appendToEach = Effect.fnUntraced(function* (
        ids: ReadonlyArray<LogId>,
        { actor, type, data }: Pick<NewEvent, "actor" | "type" | "data">,
      ) {
        const input = ids.map((log) => ({ log, mark: newMark() }))
        const rows = yield* sql`WITH taken AS (
            UPDATE logs l SET
              seq = l.seq + 1,
              at = greatest(l.at, date_trunc('milliseconds', clock_timestamp()))
            FROM jsonb_to_recordset(${PgTypes.jsonb(input)}) AS i (log uuid, mark text)
            WHERE l.id = i.log
            RETURNING l.id, l.seq, l.at, i.mark
          )
          INSERT INTO events (log_id, seq, mark, at, actor_id, type, version, data)
          SELECT id, seq, decode(mark, 'hex'), at, ${actor}, ${type}, ${eventVersion}::smallint, ${PgTypes.jsonb(data)}
          FROM taken
          RETURNING log_id AS log, seq`
        for (const { log, seq } of yield* Schema.decodeUnknownEffect(Grown)(rows)) {
          yield* sql.afterCommit(hub.publish({ _tag: "LogAdvanced", log, seq }))
        }
      })

      const raiseAccess = (log: LogId) =>
        Effect.asVoid(sql`UPDATE logs SET access_rev = access_rev + 1 WHERE id = ${log}`)

      return Logs.of({ create, lock, head, append, appendToEach, raiseAccess })
    }),
  )
}
