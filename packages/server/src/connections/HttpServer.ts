import { ChatRpcs } from "@chat/domain/Contract"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import { createServer, type Server } from "node:http"
import { ServerConfig } from "../config/ServerConfig.ts"
import { ClientAddress, clientAddress } from "../limits/ClientAddress.ts"
import { Connections } from "./Connections.ts"
import { fromAllowedOrigins, preflight } from "./cors.ts"
import { maxCalls, parseLines } from "./messages.ts"
import { securityHeaders } from "./securityHeaders.ts"
import { withoutDefects } from "./wireErrors.ts"

/** The port could not be had. */
export class CannotListen extends Data.TaggedError("CannotListen")<{ readonly where: string; readonly code: string }> {
  override get message(): string {
    return this.code === "EADDRINUSE"
      ? `Something else listens on ${this.where}: stop it, or set CHAT_PORT`
      : `Cannot listen on ${this.where} (${this.code})`
  }
}

/** `POST /rpc`: one call or several, as lines of JSON; a stream is answered as it goes. */
const layerRpcOverHttp = Layer.effectDiscard(
  Effect.gen(function* () {
    const config = yield* ServerConfig
    const { trustedProxies, limits } = config
    const { protocol, httpEffect } = yield* RpcServer.makeProtocolWithHttpEffect()
    const router = yield* HttpRouter.HttpRouter
    const tooLarge = HttpServerResponse.text(`A body is at most ${limits.bodyBytes} bytes\n`, { status: 413 })
    const answer = (request: HttpServerRequest.HttpServerRequest) =>
      // The transport takes whatever it is given, so what is no message does not get there.
      Effect.matchEffect(request.text, {
        onFailure: () => Effect.succeed(tooLarge),
        onSuccess: (text) =>
          isBodyOfCalls(text)
            ? Effect.provideService(httpEffect, HttpServerRequest.HttpServerRequest, inWholeLines(request, text))
            : Effect.succeed(notOfTheContract),
      }).pipe(
        Effect.provideService(
          ClientAddress,
          clientAddress(NodeHttpServerRequest.toIncomingMessage(request), trustedProxies),
        ),
      )
    yield* router.add("POST", "/rpc", (request) => fromAllowedOrigins(config, request, answer(request)))
    yield* router.add("OPTIONS", "/rpc", (request) => fromAllowedOrigins(config, request, Effect.succeed(preflight)))
    const typed = RpcServer.Protocol.of({
      ...protocol,
      send: (id, response) => Effect.flatMap(withoutDefects(response), (message) => protocol.send(id, message)),
    })
    yield* serve.pipe(Effect.provideService(RpcServer.Protocol, typed), Effect.forkScoped)
  }),
).pipe(Layer.provide(RpcSerialization.layerNdjson))

const notOfTheContract = HttpServerResponse.text("The body is not lines of messages of the contract\n", { status: 400 })

const isBodyOfCalls = (text: string): boolean => {
  const messages = parseLines(text)
  if (messages === undefined || messages.length === 0 || messages.length > maxCalls) return false
  const ids = new Set(messages.map((message) => (message._tag === "Request" ? message.id : undefined)))
  return !ids.has(undefined) && ids.size === messages.length
}

// The transport waits for the end of each line, also of the last.
const inWholeLines = (
  request: HttpServerRequest.HttpServerRequest,
  text: string,
): HttpServerRequest.HttpServerRequest => Object.create(request, { text: { value: Effect.succeed(`${text}\n`) } })

/** `GET /rpc`, upgraded to a WebSocket. */
export const layerRpcOverWebSocket = Layer.effectDiscard(
  Effect.gen(function* () {
    const { protocol } = yield* Connections
    yield* serve.pipe(Effect.provideService(RpcServer.Protocol, protocol), Effect.forkScoped)
  }),
)

// Even a span that is not kept takes its time.
const serve = Effect.flatMap(References.TracerEnabled, (enabled) =>
  RpcServer.make(ChatRpcs, { disableFatalDefects: true, disableTracing: !enabled }),
)

/**
 * The one port: RPC over WebSocket and HTTP, and whatever routes there are besides. Listens when everything behind it is
 * ready.
 */
export const layerHttpServer = <E, R>(routes: Layer.Layer<never, E, R>) =>
  Layer.effect(
    Listening,
    Effect.gen(function* () {
      const config = yield* ServerConfig
      const { host, port, limits, drainTimeout } = config
      // On the response itself: not every answer comes from a route.
      const everyAnswer = securityHeaders(config)
      const connections = yield* Connections
      const scope = yield* Effect.scope
      const app = yield* HttpRouter.toHttpEffect(Layer.mergeAll(layerRpcOverHttp, routes))
      yield* Layer.build(layerRpcOverWebSocket)
      const handler = yield* NodeHttpServer.makeHandler(app, { scope }).pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(limits.bodyBytes)),
      )
      const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 })
      server.on("request", (_, response) => void response.setHeaders(everyAnswer))
      server.on("request", handler)
      server.on("upgrade", connections.upgrade)
      yield* Effect.acquireRelease(listen(server, host, port), () =>
        connections
          .drain(drainTimeout)
          .pipe(
            Effect.andThen(stopListening(server)),
            Effect.timeoutOrElse({ duration: drainTimeout, orElse: () => Effect.void }),
            Effect.andThen(Effect.sync(() => server.closeAllConnections())),
          ),
      )
      const address = server.address()
      return { port: typeof address === "object" && address !== null ? address.port : port, host }
    }),
  )

const listen = (server: Server, host: string, port: number) =>
  Effect.callback<void, CannotListen>((resume) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(new CannotListen({ where: `${host}:${port}`, code: error.code ?? "unknown" }))),
    )
    server.listen(port, host, () => resume(Effect.void))
  })

const stopListening = (server: Server) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeIdleConnections()
  })

/** Where the server listens. */
export class Listening extends Context.Service<Listening, { readonly host: string; readonly port: number }>()(
  "@chat/server/connections/HttpServer/Listening",
) {}
