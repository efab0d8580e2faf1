import { Timestamp } from "@chat/domain/Values"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

const numberFromInt8 = SchemaTransformation.transform<number, bigint>({
  decode: (value) => Number(value),
  encode: (value) => BigInt(value),
})

/**
 * A `bigint` column, which arrives as a BigInt, read as the number that it is: none of ours that counts something can
 * reach 2^53, and what does is refused. `int8(Seq)` reads it as a `Seq`. A column that uses all 64 bits is text.
 */
export const int8 = <S extends Schema.Codec<unknown, number>>(schema: S) =>
  Schema.BigInt.check(
    Schema.isBetweenBigInt({ minimum: BigInt(Number.MIN_SAFE_INTEGER), maximum: BigInt(Number.MAX_SAFE_INTEGER) }),
  ).pipe(Schema.decodeTo(schema, numberFromInt8))

export const Int8 = int8(Schema.Int)

/** A `timestamptz` column, which arrives as a Date, in the contract's form. */
export const Time = Schema.Date.pipe(
  Schema.decodeTo(
    Timestamp,
    SchemaTransformation.transform<string, Date>({
      decode: (date) => date.toISOString(),
      encode: (text) => new Date(text),
    }),
  ),
)
