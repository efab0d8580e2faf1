/** Everything that crosses the wire, by the name of its golden file, and its JSON as a server and a client make it. */
import { callSchemas, eventSchemas, syncItemSchemas, type WireSchema } from "@chat/domain/Arbitraries"
import * as Errors from "@chat/domain/Errors"
import * as Schema from "effect/Schema"

const isError = (value: unknown): value is WireSchema => typeof value === "function" && value.prototype instanceof Error

/** Each error of the contract by its tag. */
export const errorSchemas: ReadonlyMap<string, WireSchema> = new Map(
  Object.entries(Errors).flatMap(([name, value]) => (isError(value) ? [[name, value] as const] : [])),
)

const under = (folder: string, schemas: ReadonlyMap<string, WireSchema>) =>
  [...schemas].map(([name, schema]) => [`${folder}.${name}`, schema] as const)

export const wire: ReadonlyArray<readonly [string, WireSchema]> = [
  ...under("event", eventSchemas),
  ...under("sync", syncItemSchemas),
  ...under("error", errorSchemas),
  ...under("call", callSchemas),
]

export const codecOf = (schema: WireSchema) => {
  const codec = Schema.toCodecJson(schema)
  const encode = Schema.encodeSync(codec)
  const decode = Schema.decodeUnknownSync(codec)
  return {
    encode: (value: unknown): string => JSON.stringify(encode(value)) ?? "null",
    decode: (json: string): unknown => decode(JSON.parse(json)),
  }
}
