import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import type { CurrentSession } from "../Authentication.ts"
import { Unauthenticated } from "../Errors.ts"
import { problem } from "./Problem.ts"

/** Around the operations of somebody who is signed in: the access token in the `authorization` header (RFC 6750). */
export class RestAuthentication extends HttpApiMiddleware.Service<RestAuthentication, { provides: CurrentSession }>()(
  "@chat/domain/rest/RestAuthentication",
  { error: [problem(Unauthenticated)], security: { bearer: HttpApiSecurity.bearer } },
) {}
