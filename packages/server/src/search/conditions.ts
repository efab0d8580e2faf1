import type { SearchQuery } from "@chat/domain/SearchQuery"
import type { UserId } from "@chat/domain/Ids"
import { versionFor } from "../logs/versions.ts"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import type * as Statement from "effect/sql/Statement"

// Quoted, so that nothing that somebody typed is an operator.
const prefixed = (prefix: string): string => `'${prefix.replaceAll("\\", "\\\\").replaceAll("'", "''")}':*`

/** The words of a search as the index knows them. */
export const textQuery = (sql: PgClient, { words, phrases, prefixes }: SearchQuery): Statement.Fragment => {
  const parts = [
    ...words.map((word) => sql`plainto_tsquery('simple', ${word})`),
    ...phrases.map((phrase) => sql`phraseto_tsquery('simple', ${phrase})`),
    ...prefixes.map((prefix) => sql`to_tsquery('simple', ${prefixed(prefix)})`),
  ]
  return parts.reduce((all, part) => sql`${all} && ${part}`)
}

const texts = (sql: PgClient, values: ReadonlyArray<string>) =>
  sql`(SELECT value FROM jsonb_array_elements_text(${PgTypes.jsonb(values)}))`

/** What a search asks of a message besides its words. Who may see it is another matter. */
export const filters = (sql: PgClient, account: UserId, query: SearchQuery): ReadonlyArray<Statement.Fragment> => {
  const { from, before, after, has } = query
  const { body, reactions, pinnedAt } = versionFor(sql, account)
  const rooms = query.in.filter(({ kind }) => kind === "room").map(({ name }) => name)
  const people = query.in.filter(({ kind }) => kind === "direct").map(({ name }) => name)
  const found: Array<Statement.Fragment> = []
  if (from.length > 0) found.push(sql`m.author_id IN (SELECT id FROM users WHERE username IN ${texts(sql, from)})`)
  if (query.in.length > 0) {
    found.push(sql`m.conversation_id IN (
      SELECT id FROM conversations WHERE kind = 'room' AND lower(name) IN ${texts(sql, rooms)}
      UNION ALL
      SELECT c.id FROM conversations c JOIN users u ON u.id = CASE c.low_id WHEN ${account} THEN c.high_id ELSE c.low_id END
        WHERE c.kind = 'direct' AND ${account} IN (c.low_id, c.high_id) AND u.username IN ${texts(sql, people)})`)
  }
  if (before !== undefined) found.push(sql`m.posted_at < ${before}::timestamptz`)
  if (after !== undefined) found.push(sql`m.posted_at >= ${after}::timestamptz`)
  if (has.includes("link")) found.push(sql`${body} ~* ${"https?://[^[:space:]]"}`)
  if (has.includes("reaction")) found.push(sql`m.reacted AND (NOT m.forked OR ${reactions} IS NOT NULL)`)
  if (query.pinned) found.push(sql`m.pinned_at IS NOT NULL AND ${pinnedAt} IS NOT NULL`)
  return found
}
