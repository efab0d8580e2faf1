import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import {
  ChangeEmail,
  ChangePassword,
  ChangeUsername,
  DeleteAccount,
  GetUser,
  Me,
  SearchUsers,
  UpdateProfile,
} from "../AccountRpcs.ts"
import { GetPreferences, SetPreferences } from "../ContactRpcs.ts"
import { Export } from "../ExportRpcs.ts"
import { SessionId, UserId } from "../Ids.ts"
import { SetReceipts } from "../ReadMarkRpcs.ts"
import { ListSessions, RevokeSession } from "../SessionRpcs.ts"
import { Repeatable, withoutId } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const { query: q, limit } = SearchUsers.payloadSchema.fields

export class UsersApi extends HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.get("me", "/users/me", { success: Me.successSchema, error: problems(Me) }).annotate(
      OpenApi.Summary,
      "The account that asks",
    ),
    HttpApiEndpoint.patch("update", "/users/me", {
      headers: Repeatable,
      payload: withoutId(UpdateProfile.payloadSchema.fields),
      success: UpdateProfile.successSchema,
      error: problemsWithBody(UpdateProfile),
    }).annotate(OpenApi.Summary, "Change what stands in one's profile; what is left out stays as it is"),
    HttpApiEndpoint.put("changeUsername", "/users/me/username", {
      headers: Repeatable,
      payload: withoutId(ChangeUsername.payloadSchema.fields),
      success: ChangeUsername.successSchema,
      error: problemsWithBody(ChangeUsername),
    }).annotate(OpenApi.Summary, "Change the name by which people find one"),
    HttpApiEndpoint.put("changeEmail", "/users/me/email", {
      headers: Repeatable,
      payload: withoutId(ChangeEmail.payloadSchema.fields),
      success: ChangeEmail.successSchema,
      error: problemsWithBody(ChangeEmail),
    }).annotate(OpenApi.Summary, "Change the email address"),
    HttpApiEndpoint.put("changePassword", "/users/me/password", {
      headers: Repeatable,
      payload: withoutId(ChangePassword.payloadSchema.fields),
      success: ChangePassword.successSchema,
      error: problemsWithBody(ChangePassword),
    }).annotate(OpenApi.Summary, "Change the password and end every other session"),
    HttpApiEndpoint.put("setReceipts", "/users/me/receipts", {
      headers: Repeatable,
      payload: withoutId(SetReceipts.payloadSchema.fields),
      success: SetReceipts.successSchema,
      error: problemsWithBody(SetReceipts),
    }).annotate(OpenApi.Summary, "Say whether to tell others what has been delivered and read"),
    HttpApiEndpoint.get("preferences", "/users/me/preferences", {
      success: GetPreferences.successSchema,
      error: problems(GetPreferences),
    }).annotate(OpenApi.Summary, "What the account has decided, such as who may write to it"),
    HttpApiEndpoint.patch("setPreferences", "/users/me/preferences", {
      headers: Repeatable,
      payload: withoutId(SetPreferences.payloadSchema.fields),
      success: SetPreferences.successSchema,
      error: problemsWithBody(SetPreferences),
    }).annotate(OpenApi.Summary, "Decide otherwise; what is left out stays as it is"),
    HttpApiEndpoint.get("export", "/users/me/export", {
      query: Export.payloadSchema.fields,
      success: Export.successSchema,
      error: problems(Export),
    }).annotate(OpenApi.Summary, "Everything that concerns the account, part by part"),
    // A body of DELETE may get lost on the way (RFC 9110, section 9.3.5).
    HttpApiEndpoint.post("deleteAccount", "/users/me/deletion", {
      payload: Schema.Struct({ ...DeleteAccount.payloadSchema.fields, erase: Schema.optionalKey(Schema.Boolean) }),
      success: HttpApiSchema.NoContent,
      error: problemsWithBody(DeleteAccount),
    }).annotate(OpenApi.Summary, "Delete the account for good and, with erase, its messages"),
    HttpApiEndpoint.get("search", "/users/search", {
      query: { q, limit },
      success: SearchUsers.successSchema,
      error: problems(SearchUsers),
    }).annotate(OpenApi.Summary, "People whose name begins with the query, then those whose name is like it"),
    HttpApiEndpoint.get("get", "/users/:user", {
      params: { user: UserId },
      success: GetUser.successSchema,
      error: problems(GetUser),
    }).annotate(OpenApi.Summary, "One user"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Oneself and other people") {}

export class SessionsApi extends HttpApiGroup.make("sessions")
  .add(
    HttpApiEndpoint.get("list", "/sessions", {
      success: ListSessions.successSchema,
      error: problems(ListSessions),
    }).annotate(OpenApi.Summary, "The sessions that have not ended, newest first"),
    HttpApiEndpoint.delete("end", "/sessions/:session", {
      params: { session: SessionId },
      success: HttpApiSchema.NoContent,
      error: problems(RevokeSession),
    }).annotate(OpenApi.Summary, "End a session"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Where the account is signed in") {}
