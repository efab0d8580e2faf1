/** How far somebody has read, in a conversation or in a thread of it. */
import * as Schema from "effect/Schema"
import { Seq } from "./Values.ts"

/** How far its owner has read. Of two, the one with the greater `rev` is the newer. */
export const ReadPosition = Schema.Struct({
  /** Everything up to here has been read. Goes back only if its owner says so. */
  seq: Seq,
  rev: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type ReadPosition = typeof ReadPosition.Type
