import { BadRequest } from "@chat/domain/Errors"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Where a page begins: opaque to clients, which give back what the page before answered as `next`. */
export const pageCursor = <A>(schema: Schema.Codec<A, unknown>) => {
  const codec = Schema.fromJsonString(schema)
  return {
    decode: (text: string | undefined): Effect.Effect<A | undefined, BadRequest> =>
      text === undefined
        ? Effect.undefined
        : Effect.mapError(
            Schema.decodeEffect(codec)(text),
            () => new BadRequest({ detail: "after is not of this list" }),
          ),
    encode: Schema.encodeEffect(codec),
  }
}
