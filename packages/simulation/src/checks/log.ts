import type { Backend } from "../store/Statements.ts"
import type { Posted } from "../devices/Device.ts"
import * as Effect from "effect/Effect"

/** The logs as they are in the store, and what of what was posted is not there as it should be. */
export const checkLogs = Effect.fnUntraced(function* (backend: Backend, posted: ReadonlyArray<Posted>) {
  const problems: Array<string> = []
  const { rows: sizes } = yield* backend.look(`SELECT l.id::text, l.seq::int, count(e.seq)::int AS events,
      coalesce(min(e.seq), 1)::int AS first, coalesce(max(e.seq), 0)::int AS last
    FROM logs l LEFT JOIN events e ON e.log_id = l.id GROUP BY l.id, l.seq`)
  for (const { id, seq, events, first, last } of sizes) {
    if (first !== 1 || last !== seq || events !== seq) {
      problems.push(`the log ${id} is at ${seq}, and has ${events} events from ${first} to ${last}`)
    }
  }
  const { rows } = yield* backend.look(`SELECT log_id::text AS log, seq::int, message_id::text AS message
    FROM events WHERE type = 'MessagePosted' ORDER BY log_id, seq`)
  const places = new Map<string, Array<{ readonly log: unknown; readonly seq: number }>>()
  for (const { log, seq, message } of rows) {
    const place = { log, seq: Number(seq) }
    places.set(String(message), [...(places.get(String(message)) ?? []), place])
  }
  const last = new Map<string, number>()
  for (const { id, device, conversation, seq, refusal, mayBeMissing } of posted) {
    const [place, ...others] = places.get(id) ?? []
    const what = `the message ${id} of ${device}`
    if (others.length > 0) problems.push(`${what} is there ${others.length + 1} times`)
    if (refusal !== undefined && !mayBeMissing()) problems.push(`${what} was refused: ${refusal}`)
    if (place === undefined) {
      if (seq !== undefined) problems.push(`${what} was acknowledged at ${seq}, and is lost`)
      else if (!mayBeMissing()) problems.push(`${what} has never arrived`)
      continue
    }
    if (seq !== undefined && seq !== place.seq)
      problems.push(`${what} was acknowledged at ${seq}, and is at ${place.seq}`)
    const key = `${device} ${conversation}`
    if (place.seq < (last.get(key) ?? 0)) problems.push(`${what} is before one that was posted earlier`)
    last.set(key, place.seq)
  }
  return { problems, heads: new Map(sizes.map(({ id, seq }) => [String(id), Number(seq)])) }
})
