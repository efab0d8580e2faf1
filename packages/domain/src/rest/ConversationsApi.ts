import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { GetConversation, ListConversations, ListMembers } from "../ConversationRpcs.ts"
import { ConversationId } from "../Ids.ts"
import { MarkRead } from "../MessageRpcs.ts"
import { Delivered, ListMarks } from "../ReadMarkRpcs.ts"
import { Seq } from "../Values.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const params = { conversation: ConversationId }

export class ConversationsApi extends HttpApiGroup.make("conversations")
  .add(
    HttpApiEndpoint.get("list", "/conversations", {
      query: ListConversations.payloadSchema.fields,
      success: ListConversations.successSchema,
      error: problems(ListConversations),
    }).annotate(OpenApi.Summary, "The conversations of the account, the one with the newest message first"),
    HttpApiEndpoint.get("get", "/conversations/:conversation", {
      params,
      success: GetConversation.successSchema,
      error: problems(GetConversation),
    }).annotate(OpenApi.Summary, "One conversation"),
    HttpApiEndpoint.get("members", "/conversations/:conversation/members", {
      params,
      query: Struct.omit(ListMembers.payloadSchema.fields, ["conversation"]),
      success: ListMembers.successSchema,
      error: problems(ListMembers),
    }).annotate(OpenApi.Summary, "Who is in it"),
    HttpApiEndpoint.put("markRead", "/conversations/:conversation/position", {
      params,
      payload: Schema.Struct(Struct.omit(MarkRead.payloadSchema.fields, ["conversation"])),
      success: MarkRead.successSchema,
      error: problemsWithBody(MarkRead),
    }).annotate(OpenApi.Summary, "Say how far it has been read"),
    HttpApiEndpoint.put("delivered", "/conversations/:conversation/delivered", {
      params,
      payload: Schema.Struct({ seq: Seq }),
      success: HttpApiSchema.NoContent,
      error: problemsWithBody(Delivered),
    }).annotate(OpenApi.Summary, "Say how far it has come to a device"),
    HttpApiEndpoint.get("marks", "/conversations/:conversation/marks", {
      params,
      success: ListMarks.successSchema,
      error: problems(ListMarks),
    }).annotate(OpenApi.Summary, "How far the others have got, in conversations of few"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Conversations one is in: direct ones, groups and rooms") {}
