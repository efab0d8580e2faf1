import type { CurrentSession } from "@chat/domain/Authentication"
import { ChatRpcs } from "@chat/domain/Contract"
import { type Problem, toProblem } from "@chat/domain/rest/Problem"
import type { OpenRpcs } from "@chat/domain/SessionRpcs"
import type { SyncRpcs } from "@chat/domain/SyncRpcs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Rpc from "effect/rpc/Rpc"
import type * as RpcGroup from "effect/rpc/RpcGroup"
import { RequestId } from "effect/rpc/RpcMessage"
import { counted } from "../meters/counted.ts"
import { Meters } from "../meters/Meters.ts"
import { commandOf, type Repeatable } from "./idempotency.ts"

type TagOf<Group> = RpcGroup.Rpcs<Group>["_tag"]
type Call = Exclude<RpcGroup.Rpcs<typeof ChatRpcs>, { readonly _tag: TagOf<typeof SyncRpcs> }>
type OpenCall = Extract<Call, { readonly _tag: TagOf<typeof OpenRpcs> }>
type Command = Extract<Call, { readonly payloadSchema: { readonly fields: { readonly commandId: unknown } } }>
type Named<R extends Call, Tag extends R["_tag"]> = Extract<R, { readonly _tag: Tag }>

/**
 * What an operation does: one call of the contract, by the handler that answers it over every transport.
 *
 * @effect-expect-leaking CurrentSession HttpServerRequest
 */
export class Calls extends Context.Service<
  Calls,
  {
    readonly open: <Tag extends OpenCall["_tag"]>(
      tag: Tag,
      payload: Rpc.Payload<Named<OpenCall, Tag>>,
    ) => Effect.Effect<Rpc.Success<Named<OpenCall, Tag>>, Problem, HttpServerRequest>
    readonly signedIn: <Tag extends Exclude<Call, OpenCall>["_tag"]>(
      tag: Tag,
      payload: Rpc.Payload<Named<Call, Tag>>,
    ) => Effect.Effect<Rpc.Success<Named<Call, Tag>>, Problem, CurrentSession | HttpServerRequest>
    /** The same for what is done once for ever: the request's headers name it. */
    readonly command: <Tag extends Command["_tag"]>(
      tag: Tag,
      headers: Repeatable,
      payload: Omit<Rpc.Payload<Named<Call, Tag>>, "commandId">,
    ) => Effect.Effect<Rpc.Success<Named<Call, Tag>>, Problem, CurrentSession | HttpServerRequest>
  }
>()("@chat/server/rest/Calls") {
  static readonly layer = Layer.effect(
    Calls,
    Effect.gen(function* () {
      const meters = yield* Meters
      const handlers = yield* Effect.context<Rpc.ToHandler<Call>>()
      // A result per tag, which the signatures above tell apart and a single function cannot.
      type Answer = Effect.Effect<unknown, ContractError, CurrentSession>
      const call = (tag: Call["_tag"], payload: object | undefined) =>
        ChatRpcs.accessHandler(tag).pipe(
          Effect.provide(handlers),
          Effect.flatMap((handler) => counted(meters, tag, handler(payload as never, options) as Answer)),
          asProblem,
        )
      // The session that some handlers ask for is what distinguishes the two; `signedIn` has it in its type.
      return Calls.of({
        open: call as never,
        signedIn: call as never,
        command: ((tag: Call["_tag"], headers: Repeatable, payload: object) =>
          Effect.flatMap(commandOf(headers), (commandId) => call(tag, { commandId, ...payload }))) as never,
      })
    }),
  )
}

type ContractError = Error & { readonly _tag: string; readonly retryAfter?: number }

// A request is a connection of its own, on which nothing lasts.
const options = { client: new Rpc.ServerClient(0), requestId: RequestId("0"), headers: Headers.empty }

/** Fails with the problem that an error is shown as, and says in a header when to come back (RFC 9110, section 10.2.3). */
export const asProblem = <A, E extends ContractError, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, Problem, R | HttpServerRequest> =>
  Effect.catch(effect, (error) => {
    const failed = Effect.fail(toProblem(error))
    if (error.retryAfter === undefined) return failed
    return Effect.andThen(withHeaders({ "retry-after": inSeconds(error.retryAfter) }), failed)
  })

/** Whole seconds, and never too early. */
export const inSeconds = (milliseconds: number): string => String(Math.ceil(milliseconds / 1_000))

/** Adds headers to whatever this request will be answered. */
export const withHeaders = (headers: Record<string, string>) =>
  HttpEffect.appendPreResponseHandler((_, response) => Effect.succeed(HttpServerResponse.setHeaders(response, headers)))
