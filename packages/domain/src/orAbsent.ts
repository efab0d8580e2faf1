/** Fields that came to the contract after its first version. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/**
 * A field that is always there in memory and left out in JSON while it has its default: what an older version wrote is
 * read, and written again as it was, and a message that uses nothing of it costs not a byte more. The default is a
 * literal, or an empty list.
 */
export const orAbsent =
  <S extends Schema.Codec<unknown, unknown>>(initial: S["Encoded"] & S["Type"]) =>
  (schema: S) =>
    Schema.optionalKey(Schema.toEncoded(schema)).pipe(
      Schema.decodeTo(schema, {
        decode: SchemaGetter.transformOptional((value: Option.Option<S["Encoded"]>) =>
          Option.isSome(value) ? value : Option.some(initial),
        ),
        encode: SchemaGetter.transformOptional((value: Option.Option<S["Encoded"]>) =>
          Option.filter(value, (it) => !isInitial(it, initial)),
        ),
      }),
    )

const isInitial = (value: unknown, initial: unknown): boolean =>
  value === initial || (Array.isArray(initial) && Array.isArray(value) && value.length === 0)
