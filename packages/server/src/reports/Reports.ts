import {
  type IdTaken,
  MessageNotFound,
  type RateLimited,
  ReportNotFound,
  type StorageUnavailable,
  UserNotFound,
} from "@chat/domain/Errors"
import { type CommandId, ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import type { Report } from "@chat/domain/Report"
import type { AccountReceipt } from "@chat/domain/User"
import { Body, ReportText, Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AccountLog } from "../logs/AccountLog.ts"
import { Audit } from "../audit/Audit.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { isThere } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, int8, Time } from "../storage/rows.ts"
import { Directory, knownUser } from "../users/Directory.ts"

interface Reason {
  readonly commandId: CommandId
  readonly reason: ReportText
}

type Refusal = RateLimited | IdTaken | StorageUnavailable

const Evidence = Schema.Array(Schema.Struct({ author: UserId, seq: int8(Seq), body: Schema.NullOr(Body) }))
const Rows = Schema.Array(
  Schema.Struct({
    number: Int8,
    at: Time,
    by: UserId,
    about: UserId,
    conversation: Schema.NullOr(ConversationId),
    message: Schema.NullOr(MessageId),
    seq: Schema.NullOr(int8(Seq)),
    body: Schema.NullOr(Body),
    reason: ReportText,
    closedAt: Schema.NullOr(Time),
    closedBy: Schema.NullOr(UserId),
    note: Schema.NullOr(ReportText),
  }),
)

/** What people report, with what was reported as it was then. */
export class Reports extends Context.Service<
  Reports,
  {
    readonly ofUser: (
      actor: UserId,
      report: Reason & { readonly user: UserId },
    ) => Effect.Effect<AccountReceipt, UserNotFound | Refusal>
    readonly ofMessage: (
      actor: UserId,
      report: Reason & { readonly conversation: ConversationId; readonly message: MessageId },
    ) => Effect.Effect<AccountReceipt, MessageNotFound | Refusal>
    /** The newest first. Whoever calls has shown that they are a moderator. */
    readonly page: (query: {
      readonly open: boolean | undefined
      readonly before: number | undefined
      readonly limit: number
    }) => Effect.Effect<{ readonly reports: ReadonlyArray<Report>; readonly more: boolean }, StorageUnavailable>
    readonly close: (
      actor: UserId,
      report: { readonly report: number; readonly note: ReportText },
    ) => Effect.Effect<void, ReportNotFound | StorageUnavailable>
  }
>()("@chat/server/reports/Reports") {
  static readonly layer = Layer.effect(
    Reports,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const log = yield* AccountLog
      const rates = yield* RateLimits
      const directory = yield* Directory
      const audit = yield* Audit

      // A repeat costs nothing of what may be reported.
      const send = Effect.fnUntraced(function* <E>(
        actor: UserId,
        { commandId }: Reason,
        change: Parameters<typeof log.run<E>>[0]["change"],
      ) {
        const key = { actor, id: commandId, type: "ReportSent" } as const
        const known = yield* log.find(key)
        if (known !== undefined) return known
        yield* rates.report(actor)
        return yield* log.run<E>({ ...key, change })
      })

      const ofUser = Effect.fn("Reports.ofUser")(function* (actor: UserId, report: Reason & { readonly user: UserId }) {
        const { user, reason } = report
        const change = Effect.gen(function* () {
          const known = yield* sql`SELECT FROM users WHERE id = ${user} AND deleted_at IS NULL`
          if (known.length === 0) return yield* new UserNotFound({ user })
          yield* sql`INSERT INTO reports (by_id, about_id, reason) VALUES (${actor}, ${user}, ${reason})`
          return true
        })
        return yield* send<UserNotFound>(actor, report, change)
      })

      const ofMessage = Effect.fn("Reports.ofMessage")(function* (
        actor: UserId,
        report: Reason & { readonly conversation: ConversationId; readonly message: MessageId },
      ) {
        const { conversation, message, reason } = report
        const change = Effect.gen(function* () {
          const rows = yield* sql`SELECT m.author_id AS author, m.seq, m.body FROM messages m
            WHERE m.id = ${message} AND m.conversation_id = ${conversation} AND ${isThere(sql, actor)}`
          const [found] = yield* Schema.decodeUnknownEffect(Evidence)(rows)
          if (found === undefined) return yield* new MessageNotFound({ messageId: message })
          yield* sql`INSERT INTO reports (by_id, about_id, conversation_id, message_id, message_seq, body, reason)
            VALUES (${actor}, ${found.author}, ${conversation}, ${message}, ${found.seq}, ${found.body}, ${reason})`
          return true
        })
        return yield* send<MessageNotFound>(actor, report, change)
      })

      const page = Effect.fn("Reports.page")(function* ({
        open,
        before,
        limit,
      }: {
        readonly open: boolean | undefined
        readonly before: number | undefined
        readonly limit: number
      }) {
        const wanted =
          open === undefined ? read`true` : open ? read`r.closed_at IS NULL` : read`r.closed_at IS NOT NULL`
        const rows = yield* read`SELECT r.number, r.at, r.by_id AS by, r.about_id AS about,
            r.conversation_id AS conversation, r.message_id AS message, r.message_seq AS seq, r.body, r.reason,
            r.closed_at AS "closedAt", r.closed_by AS "closedBy", r.note
          FROM reports r WHERE ${wanted} AND (${before ?? null}::bigint IS NULL OR r.number < ${before ?? null}::bigint)
          ORDER BY r.number DESC LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Rows)(rows)
        const some = found.slice(0, limit)
        const people = some.flatMap(({ by, about, closedBy }) => [by, about, ...(closedBy === null ? [] : [closedBy])])
        const users = yield* directory.resolve(people)
        const userOf = (id: UserId) => knownUser(users, id)
        const reports = some.map(
          ({ number, at, by, about, conversation, message, seq, body, reason, closedAt, closedBy, note }): Report => ({
            number,
            at,
            by: userOf(by),
            about: userOf(about),
            message:
              conversation === null || message === null || seq === null || body === null
                ? null
                : { conversation, id: message, seq, body },
            reason,
            closed:
              closedAt === null || closedBy === null || note === null
                ? null
                : { at: closedAt, by: userOf(closedBy), note },
          }),
        )
        return { reports, more: found.length > limit }
      }, orUnavailable)

      const close = Effect.fn("Reports.close")(
        function* (actor: UserId, { report, note }: { readonly report: number; readonly note: ReportText }) {
          const closed =
            yield* sql`UPDATE reports SET closed_at = clock_timestamp(), closed_by = ${actor}, note = ${note}
            WHERE number = ${report} AND closed_at IS NULL RETURNING number`
          if (closed.length > 0) {
            return yield* audit.record("report-closed", { actor, detail: { report: String(report) } })
          }
          const known = yield* sql`SELECT FROM reports WHERE number = ${report}`
          if (known.length === 0) return yield* new ReportNotFound({ report })
        },
        sql.withTransaction,
        orUnavailable,
      )

      return Reports.of({ ofUser, ofMessage, page, close })
    }),
  )
}
