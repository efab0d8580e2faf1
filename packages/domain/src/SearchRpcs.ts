/** Finding messages. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { failures } from "./Errors.ts"
import { Message } from "./Message.ts"
import { PageSize, Query } from "./Values.ts"

/** A place in a text, in UTF-16 code units: from `start` on, before `end`. */
export const Match = Schema.Struct({
  start: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  end: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type Match = typeof Match.Type

/** A message that was found, and where in its text what was looked for stands: in order, without overlap. */
export const SearchHit = Schema.Struct({ message: Message, matches: Schema.Array(Match) })
export type SearchHit = typeof SearchHit.Type

/**
 * Messages that hold what `query` says and that the caller can see at this moment, deleted ones never: words and
 * `"phrases"` without regard to case, `prefix*`, and the filters `from:@user`, `in:#room` or `in:@user`, `before:DAY`,
 * `after:DAY` (that day or later, in UTC), `has:link`, `has:reaction`, `is:pinned`. A name that there is not, or that the
 * caller may not know of, finds nothing. `BadRequest`: the query has nothing to look for, or a filter with a value that
 * cannot be; its detail says so to a person.
 *
 * `time`, the default: the newest first, without end. `relevance`: the best first, of the newest 1,000 that fit.
 */
export class SearchMessages extends Rpc.make("SearchMessages", {
  payload: {
    query: Query,
    order: Schema.optionalKey(Schema.Literals(["time", "relevance"])),
    /** From `next` of the page before, with the same query and order. */
    after: Schema.optionalKey(Query),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ hits: Schema.Array(SearchHit), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

export class SearchRpcs extends RpcGroup.make(SearchMessages).middleware(Authentication) {}
