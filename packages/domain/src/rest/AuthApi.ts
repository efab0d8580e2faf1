import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Unauthenticated } from "../Errors.ts"
import { Tokens } from "../Session.ts"
import { LogIn, LogOut, Refresh, ResetPassword, SignedIn, SignUp } from "../SessionRpcs.ts"
import { DeviceName } from "../Values.ts"
import { Repeatable } from "./Idempotency.ts"
import { problem, problems, problemsWithBody } from "./Problem.ts"

/** Where the refresh token goes: into the answer, or into a cookie that no script can read. */
const Mode = {
  mode: Schema.optionalKey(
    Schema.Literals(["token", "cookie"]).annotate({
      description: "cookie: the refresh token comes in the cookie __Host-chat_refresh instead of in the answer",
    }),
  ),
}

/** What a page adds to a request by which the cookie is set or read: no other site can make a browser send it. */
const Csrf = {
  "x-chat-csrf": Schema.optionalKey(
    Schema.String.check(Schema.isMaxLength(64)).annotate({ description: "Any value; required with the cookie" }),
  ),
}

/** `refreshToken` is left out where it is in the cookie. */
const RestTokens = Schema.Struct({ ...Tokens.fields, refreshToken: Schema.optionalKey(Schema.String) })
const RestSignedIn = Schema.Struct({ ...SignedIn.fields, tokens: RestTokens })

const device = Schema.optionalKey(DeviceName)

export class AuthApi extends HttpApiGroup.make("auth")
  .add(
    HttpApiEndpoint.post("register", "/auth/register", {
      query: Mode,
      headers: { ...Repeatable, ...Csrf },
      payload: Schema.Struct({ ...Struct.omit(SignUp.payloadSchema.fields, ["commandId"]), device }),
      success: RestSignedIn.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(SignUp),
    }).annotate(OpenApi.Summary, "Make an account and sign in to it"),
    HttpApiEndpoint.post("login", "/auth/login", {
      query: Mode,
      headers: Csrf,
      payload: Schema.Struct({ ...LogIn.payloadSchema.fields, device }),
      success: RestSignedIn,
      error: problemsWithBody(LogIn),
    }).annotate(OpenApi.Summary, "Sign in, with the name or the email address"),
    HttpApiEndpoint.post("refresh", "/auth/refresh", {
      headers: Csrf,
      payload: [Schema.Null, Refresh.payloadSchema],
      success: RestTokens,
      error: problemsWithBody(Refresh),
    }).annotate(OpenApi.Summary, "Change the refresh token, given or in the cookie, for new tokens"),
    HttpApiEndpoint.post("logout", "/auth/logout", {
      headers: { ...Csrf, authorization: Schema.optionalKey(Schema.String) },
      success: HttpApiSchema.NoContent,
      error: [...problems(LogOut), problem(Unauthenticated)],
    })
      .annotate(OpenApi.Summary, "End the session of the access token or, without one, of the cookie")
      .annotate(OpenApi.Override, { security: [{ bearer: [] }, {}] }),
    HttpApiEndpoint.post("resetPassword", "/auth/reset-password", {
      payload: ResetPassword.payloadSchema,
      success: HttpApiSchema.NoContent,
      error: problemsWithBody(ResetPassword),
    }).annotate(OpenApi.Summary, "Choose a new password with the token that an admin made"),
  )
  .annotate(OpenApi.Description, "Signing up, in and out") {}
