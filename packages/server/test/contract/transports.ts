// The ways to a node, each as a generic client of the contract sees it.
import { Authentication } from "@chat/domain/Authentication"
import { ChatRpcs } from "@chat/domain/Contract"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as RpcClient from "effect/rpc/RpcClient"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import * as RpcMiddleware from "effect/rpc/RpcMiddleware"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcTest from "effect/rpc/RpcTest"
import * as Scope from "effect/Scope"
import { address } from "../support/node.ts"

export type Client = RpcClient.FromGroup<typeof ChatRpcs, RpcClientError>

/** A client, and the access token that goes with its calls. */
export interface Connection {
  readonly client: Client
  token: string | undefined
}

export class Transport extends Context.Service<
  Transport,
  {
    readonly connect: Effect.Effect<Connection, never, Scope.Scope>
    /** Whether a connection outlasts a call. */
    readonly lasting: boolean
  }
>()("@chat/server/test/contract/transports/Transport") {}

const connection = <R>(make: Effect.Effect<Client, never, R>) =>
  Effect.gen(function* () {
    const credentials: Pick<Connection, "token"> = { token: undefined }
    const layerToken = RpcMiddleware.layerClient(Authentication, ({ next, request }) => {
      if (credentials.token === undefined) return next(request)
      return next({
        ...request,
        headers: Headers.set(request.headers, "authorization", `Bearer ${credentials.token}`),
      })
    })
    return Object.assign(credentials, { client: yield* Effect.provide(make, layerToken) })
  })

/** Straight to the handlers: no encoding, no socket. */
export const inMemory = Layer.effect(
  Transport,
  Effect.gen(function* () {
    const make = connection(RpcTest.makeClient(ChatRpcs, { disableFatalDefects: true }))
    const services = yield* Effect.context<Exclude<Effect.Services<typeof make>, Scope.Scope>>()
    // A connection ends with whoever made it, not with the layer.
    const withoutScope = Context.omit(Scope.Scope)(services)
    return Transport.of({ connect: Effect.provideContext(make, withoutScope), lasting: true })
  }),
)

const at = (lasting: boolean, protocol: Layer.Layer<RpcClient.Protocol>) =>
  Layer.succeed(
    Transport,
    Transport.of({
      connect: Effect.flatMap(Layer.build(Layer.fresh(protocol)), (built) =>
        connection(Effect.provideContext(RpcClient.make(ChatRpcs), built)),
      ),
      lasting,
    }),
  )

const httpAt = (address: string) =>
  at(
    false,
    RpcClient.layerProtocolHttp({ url: `http://${address}/rpc` }).pipe(
      Layer.provide([FetchHttpClient.layer, RpcSerialization.layerNdjson]),
    ),
  )

/** Each connection is a WebSocket to that address, which is not opened again once it is gone. */
export const webSocketAt = (address: string) =>
  at(
    true,
    RpcClient.layerProtocolSocket().pipe(
      Layer.provide([NodeSocket.layerWebSocket(`ws://${address}/rpc`), RpcSerialization.layerJson]),
    ),
  )

export const overHttp = Layer.unwrap(Effect.map(address, httpAt))
export const overWebSocket = Layer.unwrap(Effect.map(address, webSocketAt))
