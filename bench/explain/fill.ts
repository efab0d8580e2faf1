// A database as a few years of use leave it: many messages, most of them in a few rooms, words as people repeat them.
import { Database } from "../../packages/server/src/storage/Database.ts"
import * as Effect from "effect/Effect"

export interface Size {
  readonly users: number
  readonly rooms: number
  readonly messages: number
}

const uuid = (kind: string, n: string) => `(md5('${kind}' || (${n})::text))::uuid`

/** The id of the user who reads, and of the largest room. */
export const ids = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const [row] =
    yield* sql`SELECT ${sql.literal(uuid("user", "1"))}::text AS reader, ${sql.literal(uuid("room", "1"))}::text AS room`
  return { reader: String(row?.["reader"]), room: String(row?.["room"]) }
})

/** Everybody is in every room, has read half of it, and rooms get fewer messages the higher their number. */
export const fill = Effect.fnUntraced(function* ({ users, rooms, messages }: Size) {
  const { write } = yield* Database
  const run = (text: string) => write.unsafe(text).raw
  yield* run("SET statement_timeout = 0")
  yield* run(`INSERT INTO users (id, username, email, password_hash, created_at)
    SELECT ${uuid("user", "n")}, 'user.' || n, 'user.' || n || '@example.org', '', now() FROM generate_series(1, ${users}) n`)
  yield* run(
    `INSERT INTO logs (id, kind, seq, at) SELECT ${uuid("user", "n")}, 'account', 1, now() FROM generate_series(1, ${users}) n`,
  )
  yield* run(`INSERT INTO events (log_id, seq, mark, at, type, version, data)
    SELECT ${uuid("user", "n")}, 1, decode('0000000000000000', 'hex'), now(), 'AccountCreated', 1, '{}' FROM generate_series(1, ${users}) n`)
  yield* run(`INSERT INTO visibility (account_id, log_id, from_seq)
    SELECT ${uuid("user", "n")}, ${uuid("user", "n")}, 1 FROM generate_series(1, ${users}) n`)
  // Room r has 1/r of what the first has; messages of a room have seq 1, 2, 3 ...
  yield* run(`CREATE TEMP TABLE plan AS
    SELECT r, ${uuid("room", "r")} AS room, greatest(10, (${messages} / (ln(${rooms}) + 0.58) / r)::int) AS count FROM generate_series(1, ${rooms}) r`)
  yield* run("INSERT INTO logs (id, kind, seq, at) SELECT room, 'conversation', count, now() FROM plan")
  yield* run(`INSERT INTO conversations (id, kind, name, topic, history, member_count, created_at)
    SELECT room, 'room', 'room-' || r, '', 'all', ${users}, now() FROM plan`)
  yield* run(`INSERT INTO messages (id, conversation_id, seq, author_id, body, rev, posted_at)
    SELECT gen_random_uuid(), p.room, s, ${uuid("user", `1 + floor(power(random(), 2) * ${users})::int`)},
      (SELECT string_agg('w' || floor(exp(random() * ln(50000)))::int, ' ')
        FROM generate_series(1, 4 + (random() * 12)::int + 0 * s)),
      s, now() - interval '3 years' * (1 - s::float8 / p.count)
    FROM plan p, generate_series(1, p.count) s`)
  yield* run(`INSERT INTO events (log_id, seq, mark, at, actor_id, type, version, message_id, message_seq, data)
    SELECT conversation_id, seq, decode(lpad(to_hex(seq), 16, '0'), 'hex'), posted_at, author_id, 'MessagePosted', 1, id, seq, '{}' FROM messages`)
  yield* run(`INSERT INTO members (conversation_id, account_id, joined)
    SELECT room, ${uuid("user", "n")}, 1 FROM plan, generate_series(1, ${Math.min(users, 200)}) n`)
  yield* run("INSERT INTO visibility (account_id, log_id, from_seq) SELECT account_id, conversation_id, 1 FROM members")
  yield* run(`INSERT INTO positions (account_id, conversation_id, seq, rev)
    SELECT m.account_id, m.conversation_id, p.count / 2, 1 FROM members m JOIN plan p ON p.room = m.conversation_id`)
  yield* run("DROP TABLE plan")
  yield* run("ANALYZE")
})
