/** The two middlewares of the contract: one around every call, one around the calls of somebody who is signed in. */
import * as Context from "effect/Context"
import * as RpcMiddleware from "effect/rpc/RpcMiddleware"
import { CallError, Unauthenticated, failures } from "./Errors.ts"
import type { SessionId, UserId } from "./Ids.ts"
import type { Username } from "./Values.ts"

/** Who is calling, on the server. */
export class CurrentSession extends Context.Service<
  CurrentSession,
  { readonly user: UserId; readonly username: Username; readonly session: SessionId }
>()("@chat/domain/Authentication/CurrentSession") {}

/**
 * Around every call: nothing but the errors of the contract reaches the caller, and rates are held.
 */
export class Boundary extends RpcMiddleware.Service<Boundary>()("@chat/domain/Boundary", { error: CallError }) {}

/**
 * Around the calls of somebody who is signed in: the access token comes in the call's `authorization` header, as
 * `Bearer` and the token (RFC 6750), never in a URL.
 */
export class Authentication extends RpcMiddleware.Service<Authentication, { provides: CurrentSession }>()(
  "@chat/domain/Authentication",
  { error: failures(Unauthenticated), requiredForClient: true },
) {}
