import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { AddToGroup, LeaveGroup, OpenGroup } from "../GroupRpcs.ts"
import { ConversationId, UserId } from "../Ids.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const params = { group: ConversationId }

export class GroupsApi extends HttpApiGroup.make("groups")
  .add(
    HttpApiEndpoint.post("open", "/groups", {
      headers: Repeatable,
      payload: Schema.Struct(Struct.pick(OpenGroup.payloadSchema.fields, ["users"])),
      success: OpenGroup.successSchema.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(OpenGroup),
    }).annotate(OpenApi.Summary, "Begin a group with two or more others"),
    HttpApiEndpoint.put("add", "/groups/:group/members/:user", {
      params: { ...params, user: UserId },
      headers: Repeatable,
      success: AddToGroup.successSchema,
      error: problems(AddToGroup),
    }).annotate(OpenApi.Summary, "Add somebody to a group"),
    HttpApiEndpoint.delete("leave", "/groups/:group/members/me", {
      params,
      headers: Repeatable,
      success: LeaveGroup.successSchema,
      error: problems(LeaveGroup),
    }).annotate(OpenApi.Summary, "Leave a group"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Groups: conversations of a few people, without a name") {}
