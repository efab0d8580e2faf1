/** The calls of the contract by their tags, from JSON to JSON. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ChatBridge } from "@chat/client/bridge/ChatBridge"
import type { Payload } from "@chat/client/calls/Calls"
import { type CallTag, isCall } from "@chat/client/wire/Codec"
import { ChatRpcs } from "@chat/domain/Contract"
import { SyncItem } from "@chat/domain/Sync"
import { Sync } from "@chat/domain/SyncRpcs"
import { SlowReader } from "../failure/failures.ts"
import { encodeFailure, type Failure } from "../failure/report.ts"
import { codes, reasonOf, type RpcError } from "./JsonRpc.ts"

type Json = Schema.Codec<unknown>

const strict = { onExcessProperty: "error" } as const

type Decoder = (params: unknown) => Result.Result<unknown, RpcError>

const decodeNothing: Decoder = (params) =>
  JSON.stringify(params) === "{}"
    ? Result.succeed(undefined)
    : Result.fail({ code: codes.params, message: "this call takes no params" })

const decoder = (schema: Json): Decoder => {
  const decode = Schema.decodeUnknownResult(Schema.toCodecJson(schema))
  return (params) =>
    Result.mapError(decode(params, strict), (error) => ({ code: codes.params, message: reasonOf(error) }))
}

const read = <A>(params: Result.Result<A, RpcError>) => Effect.fromResult(params)

const refused = (failure: Failure): Effect.Effect<never, RpcError> =>
  Effect.flatMap(encodeFailure(failure), (data) => Effect.fail({ code: codes.refused, message: failure.message, data }))

/** A call with one answer. */
const call = (tag: CallTag): ((params: unknown) => Effect.Effect<unknown, RpcError, ChatBridge>) => {
  // every call of the contract has schemas that need no services
  const { payloadSchema, successSchema } = ChatRpcs.requests.get(tag) as { payloadSchema: Json; successSchema: Json }
  const decode = payloadSchema.ast._tag === "Void" ? decodeNothing : decoder(payloadSchema)
  const encode = Schema.encodeEffect(Schema.toCodecJson(successSchema))
  return Effect.fnUntraced(function* (params) {
    const { rpc } = yield* ChatBridge
    const payload = yield* read(decode(params))
    // decoded by the schema of this tag
    const answer = yield* Effect.catch(rpc(tag, payload as Payload<CallTag>), refused)
    return yield* Effect.orDie(encode(answer))
  })
}

const known = new Map<CallTag, ReturnType<typeof call>>()

/** The call of that name. */
export const methodOf = (name: string) => {
  if (!isCall(name)) return undefined
  const found = known.get(name) ?? call(name)
  known.set(name, found)
  return found
}

const decodeSync = Schema.decodeUnknownResult(Schema.toCodecJson(Sync.payloadSchema))
const encodeItem = Schema.encodeUnknownSync(Schema.toCodecJson(SyncItem))

/** A `Sync`, until it ends: each item goes to `notify`, which says whether there is room for more. */
export const sync = Effect.fnUntraced(function* (params: unknown, notify: (item: unknown) => boolean) {
  const bridge = yield* ChatBridge
  const position = yield* read(
    Result.mapError(decodeSync(params, strict), (error) => ({ code: codes.params, message: reasonOf(error) })),
  )
  const full = yield* Deferred.make<never, SlowReader>()
  const onItems = (items: ReadonlyArray<SyncItem>): void => {
    for (const item of items) {
      if (!notify(encodeItem(item))) Deferred.doneUnsafe(full, Effect.fail(new SlowReader()))
    }
  }
  return yield* Effect.catch(Effect.raceFirst(bridge.sync(position, onItems), Deferred.await(full)), refused)
})
