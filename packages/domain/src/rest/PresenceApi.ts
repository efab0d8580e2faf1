import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { ConversationId } from "../Ids.ts"
import { OnlineUsers, SetPresence, Typing } from "../PresenceRpcs.ts"
import { Repeatable, withoutId } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

export class PresenceApi extends HttpApiGroup.make("presence")
  .add(
    HttpApiEndpoint.get("online", "/users/online", {
      query: OnlineUsers.payloadSchema.fields,
      success: OnlineUsers.successSchema,
      error: problems(OnlineUsers),
    }).annotate(OpenApi.Summary, "Those who are there and share a conversation with the account"),
    HttpApiEndpoint.put("choose", "/users/me/presence", {
      headers: Repeatable,
      payload: withoutId(SetPresence.payloadSchema.fields),
      success: SetPresence.successSchema,
      error: problemsWithBody(SetPresence),
    }).annotate(OpenApi.Summary, "Say how one wants to be seen"),
    HttpApiEndpoint.post("typing", "/conversations/:conversation/typing", {
      params: { conversation: ConversationId },
      payload: Schema.Struct(Struct.omit(Typing.payloadSchema.fields, ["conversation"])),
      success: HttpApiSchema.NoContent,
      error: problemsWithBody(Typing),
    }).annotate(OpenApi.Summary, "Say that somebody is writing"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Who is there, and who is writing") {}
