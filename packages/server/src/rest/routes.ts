import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type { HttpServerError } from "effect/http/HttpServerError"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type { Scope } from "effect/Scope"
import { ServerConfig } from "../config/ServerConfig.ts"
import { layerAdmin } from "./admin.ts"
import { layerAuth } from "./auth.ts"
import { layerRestAuthentication } from "./authentication.ts"
import { Calls } from "./Calls.ts"
import { layerConversations } from "./conversations.ts"
import { atTheEdge } from "./edge.ts"
import { layerFriends } from "./friends.ts"
import { layerGroups } from "./groups.ts"
import { layerInvitations } from "./invitations.ts"
import { layerMessages } from "./messages.ts"
import { layerPeople } from "./people.ts"
import { layerReports } from "./reports.ts"
import { layerSearch } from "./search.ts"
import { layerPersonal } from "./personal.ts"
import { layerPresence } from "./presence.ts"
import { layerReactions } from "./reactions.ts"
import { Places } from "./Places.ts"

const layerOperations = HttpApiBuilder.layer(RestApi).pipe(
  Layer.provide([
    layerAuth,
    layerPeople,
    layerFriends,
    layerConversations,
    layerGroups,
    layerInvitations,
    layerMessages,
    layerReactions,
    layerPersonal,
    layerPresence,
    layerSearch,
    layerReports,
    layerAdmin,
  ]),
  Layer.provide([layerRestAuthentication, Calls.layer, Places.layer, HttpServer.layerServices]),
)

// An emoji of 32 characters, each of up to three bytes written as three: the longest of all parameters.
const maxParamLength = 288

type OfRequest = HttpServerRequest | Scope

/** `/api`: the contract by path and method. */
export const layerRestRoutes = Layer.effectDiscard(
  Effect.gen(function* () {
    const config = yield* ServerConfig
    const router = yield* HttpRouter.HttpRouter
    // A router of its own, so that whatever becomes of an operation passes the edge.
    const operations = yield* Effect.provideService(HttpRouter.make, HttpRouter.RouterConfig, { maxParamLength })
    yield* Effect.provideService(Layer.build(layerOperations), HttpRouter.HttpRouter, operations)
    // Its type says `unknown`; but every operation has answered its own errors, and what is left is the router's.
    // @effect-diagnostics-next-line anyUnknownInErrorContext:off -- the line above says what it is
    const operation = operations.asHttpEffect() as Effect.Effect<HttpServerResponse, HttpServerError, OfRequest>
    yield* router.add("*", "/api/*", (request) => atTheEdge(config, request, operation))
  }),
)
