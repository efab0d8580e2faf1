import type { Notice } from "@chat/domain/Notice"
import { Stamp } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather } from "../storage/gather.ts"
import { Int8 } from "../storage/rows.ts"
import { isInForce, NoticeRow, noticeColumns, toNotice } from "./NoticeRow.ts"

const Head = Schema.Struct({ rev: Int8, changed: Schema.NullOr(Stamp), id: Schema.NullOr(Schema.String) })
const decodeHead = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Head))
const decodeRow = Schema.decodeUnknownEffect(NoticeRow)

/** The notices in force, which a node reads once for all of its connections. */
export const makeNoticeBoard = Effect.gen(function* () {
  const { read: sql } = yield* Database
  let rev = 0
  let changed: Stamp | null = null
  let notices: ReadonlyArray<Notice> = []

  /** Reads them anew. `rev` grows with each one that is made or withdrawn. */
  const read = Effect.gen(function* () {
    const rows = yield* sql`SELECT h.rev, h.changed, n.* FROM
        (SELECT coalesce(sum(a.rev), 0)::bigint AS rev, max(a.changed)::text AS changed FROM notices a) h
      LEFT JOIN LATERAL (SELECT ${noticeColumns(sql)} FROM notices n WHERE ${isInForce(sql)}) n ON true
      ORDER BY n.at DESC, n.id DESC`
    const [head] = yield* decodeHead(rows)
    const found = head.id === null ? [] : yield* Effect.forEach(rows, (row) => decodeRow(row))
    // A reading that took long may come after one of a later change.
    if (head.rev < rev) return
    rev = head.rev
    changed = head.changed
    notices = found.map(toNotice)
  }).pipe(orUnavailable)
  const refresh = yield* gather(() => read)

  return {
    refresh: refresh(undefined),
    rev: () => rev,
    inForce: () => notices,
    /** Whether a client that comes back with this lacks something, or may have what is withdrawn. */
    isNewsTo: ({ stamp, cursors }: { readonly stamp: Stamp | undefined; readonly cursors: ReadonlyArray<unknown> }) => {
      if (stamp !== undefined) return changed !== null && BigInt(changed) >= BigInt(stamp)
      return cursors.length > 0 ? rev > 0 : notices.length > 0
    },
  }
})

export type NoticeBoard = Effect.Success<typeof makeNoticeBoard>
