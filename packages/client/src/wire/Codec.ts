/**
 * The calls of the contract as JSON, the encoding of `RpcSerialization.json`. The generic client of Effect RPC would do,
 * but it brings every transport that it knows (15 kB gzipped of a browser's 50) and hides what this client has to know:
 * whether a call went out before the connection was lost.
 */
import { ChatRpcs } from "@chat/domain/Contract"
import { BadRequest } from "@chat/domain/Errors"
import { SyncItem } from "@chat/domain/Sync"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Rpc from "effect/rpc/Rpc"
import type * as RpcGroup from "effect/rpc/RpcGroup"
import * as Schema from "effect/Schema"
import { describe, ProtocolError } from "../Errors.ts"

type Calls = RpcGroup.Rpcs<typeof ChatRpcs>

/** Every call with one answer. */
export type CallTag = Exclude<Calls["_tag"], "Sync" | "OfferCursors">

type Call<Tag extends string> = Rpc.ExtractTag<Calls, Tag>

/** What a call takes. */
export type Payload<Tag extends CallTag> = Rpc.PayloadConstructor<Call<Tag>>

/** What a call answers. */
export type Success<Tag extends CallTag> = Rpc.Success<Call<Tag>>

/** How the server can refuse a call. */
export type Refusal<Tag extends CallTag> = Rpc.ErrorExit<Call<Tag>>

interface Codec {
  readonly encode: (payload: unknown) => Result.Result<unknown, Schema.SchemaError>
  readonly decode: (exit: unknown) => Result.Result<Exit.Exit<unknown, unknown>, Schema.SchemaError>
}

const codecs = new Map<string, Codec>()

const codecOf = (tag: string): Codec => {
  const known = codecs.get(tag)
  if (known !== undefined) return known
  // Every tag that comes here is a literal of the contract, whose schemas need no services.
  const rpc = ChatRpcs.requests.get(tag) as Rpc.Any & { readonly payloadSchema: Schema.Codec<unknown> }
  const exit = Rpc.exitSchema(rpc) as Schema.Top as Schema.Codec<Exit.Exit<unknown, unknown>>
  const codec: Codec = {
    encode: Schema.encodeUnknownResult(Schema.toCodecJson(rpc.payloadSchema)),
    decode: Schema.decodeUnknownResult(Schema.toCodecJson(exit)),
  }
  codecs.set(tag, codec)
  return codec
}

/** Whether the contract has a call of this name with one answer; without types it may be anything. */
export const isCall = (tag: string): tag is CallTag =>
  ChatRpcs.requests.has(tag) && tag !== "Sync" && tag !== "OfferCursors"

/** A payload as JSON; not of the contract's form: `BadRequest`, and nothing is sent. */
export const encode = (tag: string, payload: unknown): Effect.Effect<unknown, BadRequest> => {
  const encoded = codecOf(tag).encode(payload)
  return Result.isSuccess(encoded)
    ? Effect.succeed(encoded.success)
    : Effect.fail(new BadRequest({ detail: describe(encoded.failure) }))
}

/** The answer to a call. `interrupted`: the server ends, and nobody knows what came of the call. */
export const decode = <Tag extends CallTag>(tag: Tag, exit: unknown): Answer<Success<Tag>, Refusal<Tag>> =>
  // The schema that decodes it is that of this tag.
  decodeAnswer(tag, exit) as Answer<Success<Tag>, Refusal<Tag>>

/** How a `Sync` ended, or an `OfferCursors`. */
export const decodeEnd = (tag: "Sync" | "OfferCursors", exit: unknown): Answer<void, Rpc.ErrorExit<Call<typeof tag>>> =>
  decodeAnswer(tag, exit) as Answer<void, Rpc.ErrorExit<Call<typeof tag>>> // as above

export type Answer<A, E> = Exit.Exit<A, E | ProtocolError> | "interrupted"

const decodeAnswer = (tag: string, exit: unknown): Answer<unknown, unknown> => {
  const decoded = codecOf(tag).decode(exit)
  if (Result.isFailure(decoded)) return Exit.fail(new ProtocolError({ detail: describe(decoded.failure) }))
  const value = decoded.success
  if (Exit.isSuccess(value) || value.cause.reasons.some(({ _tag }) => _tag === "Fail")) return value
  if (value.cause.reasons.every(({ _tag }) => _tag === "Interrupt")) return "interrupted"
  return Exit.fail(new ProtocolError({ detail: "a fault in the server" }))
}

/** The refusal in an answer. */
export const refusalOf = <A, E>(exit: Exit.Exit<A, E>): E | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  for (const reason of exit.cause.reasons) if (reason._tag === "Fail") return reason.error
  return undefined
}

const decodeItems = Schema.decodeUnknownResult(Schema.toCodecJson(Schema.Array(SyncItem)))

/** A chunk of `Sync`. */
export const decodeSyncItems = (values: unknown): Result.Result<ReadonlyArray<SyncItem>, ProtocolError> =>
  Result.mapError(decodeItems(values), (error) => new ProtocolError({ detail: describe(error) }))
