import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { ListDrafts, SetDraft } from "../DraftRpcs.ts"
import { ConversationId, MessageId } from "../Ids.ts"
import { ListNotices } from "../NoticeRpcs.ts"
import { HideMessage, ListStars, MarkUnread, SetNotifications, StarMessage, UnstarMessage } from "../PersonalRpcs.ts"
import { Repeatable } from "./Idempotency.ts"
import { problem, problems, problemsWithBody } from "./Problem.ts"
import { MessageNotFound } from "../Errors.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const params = { message: MessageId }

export class PersonalApi extends HttpApiGroup.make("personal")
  .add(
    HttpApiEndpoint.get("stars", "/stars", {
      query: ListStars.payloadSchema.fields,
      success: ListStars.successSchema,
      error: problems(ListStars),
    }).annotate(OpenApi.Summary, "What was put aside for later, the last first"),
    HttpApiEndpoint.put("star", "/messages/:message/star", {
      params,
      headers: Repeatable,
      success: StarMessage.successSchema,
      error: problems(StarMessage),
    }).annotate(OpenApi.Summary, "Put a message aside for later"),
    HttpApiEndpoint.delete("unstar", "/messages/:message/star", {
      params,
      headers: Repeatable,
      success: UnstarMessage.successSchema,
      error: [...problems(UnstarMessage), problem(MessageNotFound)],
    }).annotate(OpenApi.Summary, "Take the star away"),
    HttpApiEndpoint.put("hide", "/messages/:message/hidden", {
      params,
      headers: Repeatable,
      success: HideMessage.successSchema,
      error: problems(HideMessage),
    }).annotate(OpenApi.Summary, "Delete a message for oneself, for good"),
    HttpApiEndpoint.put("markUnread", "/conversations/:conversation/unread", {
      params: { conversation: ConversationId },
      payload: Schema.Struct(Struct.omit(MarkUnread.payloadSchema.fields, ["conversation"])),
      success: MarkUnread.successSchema,
      error: problemsWithBody(MarkUnread),
    }).annotate(OpenApi.Summary, "Say that a message and what came after it has not been read"),
    HttpApiEndpoint.put("setNotifications", "/conversations/:conversation/notifications", {
      params: { conversation: ConversationId },
      payload: Schema.Struct(Struct.omit(SetNotifications.payloadSchema.fields, ["conversation"])),
      success: SetNotifications.successSchema,
      error: problemsWithBody(SetNotifications),
    }).annotate(OpenApi.Summary, "Say what one wants to be told of there, until a time or for good"),
  )
  .add(
    HttpApiEndpoint.get("notices", "/notices", {
      success: ListNotices.successSchema,
      error: problems(ListNotices),
    }).annotate(OpenApi.Summary, "What the server tells everybody, the newest first"),
    HttpApiEndpoint.get("drafts", "/users/me/drafts", {
      query: ListDrafts.payloadSchema.fields,
      success: ListDrafts.successSchema,
      error: problems(ListDrafts),
    }).annotate(OpenApi.Summary, "What one has begun to write, the last first"),
    HttpApiEndpoint.put("setDraft", "/conversations/:conversation/draft", {
      params: { conversation: ConversationId },
      payload: Schema.Struct(Struct.omit(SetDraft.payloadSchema.fields, ["conversation"])),
      success: SetDraft.successSchema,
      error: problemsWithBody(SetDraft),
    }).annotate(OpenApi.Summary, "Keep what one has begun to write there, or null"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "What one does for oneself alone") {}
