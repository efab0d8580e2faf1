/** JSON-RPC 2.0 (https://www.jsonrpc.org/specification): what comes in, and what is answered. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** `refused`: by the contract; the error itself is `data`. */
export const codes = {
  parse: -32_700,
  request: -32_600,
  method: -32_601,
  params: -32_602,
  internal: -32_603,
  refused: -32_000,
} as const

const Id = Schema.NullOr(Schema.Union([Schema.String, Schema.Finite]))
export type Id = typeof Id.Type

const Request = Schema.Struct({
  jsonrpc: Schema.Literal("2.0"),
  method: Schema.String,
  params: Schema.optionalKey(
    Schema.Union([Schema.Record(Schema.String, Schema.Unknown), Schema.Array(Schema.Unknown)]),
  ),
  /** Without it nobody wants an answer. */
  id: Schema.optionalKey(Id),
})
export type Request = typeof Request.Type

export type Answer =
  | { readonly jsonrpc: "2.0"; readonly id: Id; readonly result: unknown }
  | { readonly jsonrpc: "2.0"; readonly id: Id; readonly error: RpcError }

export interface RpcError {
  readonly code: (typeof codes)[keyof typeof codes]
  readonly message: string
  readonly data?: unknown
}

export const succeeded = (id: Id, result: unknown): Answer => ({ jsonrpc: "2.0", id, result })
export const failed = (id: Id, error: RpcError): Answer => ({ jsonrpc: "2.0", id, error })

const decodeRequest = Schema.decodeUnknownResult(Request)
const idOf = (value: unknown): Id => {
  const read = Schema.decodeUnknownResult(Schema.Struct({ id: Id }))(value)
  return Result.isSuccess(read) ? read.success.id : null
}

/** What is wrong with a value, on one line. */
export const reasonOf = (error: Schema.SchemaError): string => error.message.replaceAll(/\s+/gu, " ")

export const readRequest = (value: unknown): Result.Result<Request, Answer> =>
  Result.mapError(decodeRequest(value), (error) =>
    failed(idOf(value), { code: codes.request, message: `not a request of JSON-RPC 2.0: ${reasonOf(error)}` }),
  )
