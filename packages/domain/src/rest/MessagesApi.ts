import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { GetUser } from "../AccountRpcs.ts"
import { Receipt } from "../Conversation.ts"
import { OpenDirect } from "../ConversationRpcs.ts"
import { ConversationId, MessageId, UserId } from "../Ids.ts"
import { HistoryPage } from "../Message.ts"
import {
  DeleteMessage,
  EditMessage,
  ForwardMessage,
  GetMessages,
  History,
  ListRevisions,
  ListThreads,
  PostMessage,
  Thread,
} from "../MessageRpcs.ts"
import { Seq } from "../Values.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

/** Whoever makes the message's id can post again without doubling it, as with an `Idempotency-Key`. */
const NewMessage = Schema.Struct({
  ...Struct.omit(PostMessage.payloadSchema.fields, ["conversation", "id"]),
  id: Schema.optionalKey(MessageId),
})
const Forwarded = Schema.Struct({
  source: ForwardMessage.payloadSchema.fields.source,
  id: Schema.optionalKey(MessageId),
})

/** The receipt of a message, and its id. */
const Posted = Schema.Struct({ message: MessageId, ...Receipt.fields })

/** A page of a direct conversation; `null` and empty while nothing has been said. */
const DirectPage = Schema.Struct({ ...HistoryPage.fields, conversation: Schema.NullOr(ConversationId) })

const page = Struct.omit(History.payloadSchema.fields, ["conversation"])
const inConversation = { conversation: ConversationId }
const withUser = { user: UserId }
const ofMessage = { message: MessageId }

export class MessagesApi extends HttpApiGroup.make("messages")
  .add(
    HttpApiEndpoint.get("list", "/conversations/:conversation/messages", {
      params: inConversation,
      query: page,
      success: History.successSchema,
      error: problems(History),
    }).annotate(OpenApi.Summary, "The newest messages, or the nearest before or after a seq"),
    HttpApiEndpoint.get("some", "/conversations/:conversation/messages/some", {
      params: inConversation,
      query: Struct.omit(GetMessages.payloadSchema.fields, ["conversation"]),
      success: GetMessages.successSchema,
      error: problems(GetMessages),
    }).annotate(OpenApi.Summary, "Messages by their seqs, such as those that others answer"),
    HttpApiEndpoint.post("post", "/conversations/:conversation/messages", {
      params: inConversation,
      headers: Repeatable,
      payload: NewMessage,
      success: Posted.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(PostMessage),
    }).annotate(OpenApi.Summary, "Post a message"),
    HttpApiEndpoint.post("forward", "/conversations/:conversation/forwards", {
      params: inConversation,
      headers: Repeatable,
      payload: Forwarded,
      success: Posted.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(ForwardMessage),
    }).annotate(OpenApi.Summary, "Post the text of another message"),
    HttpApiEndpoint.get("threads", "/threads", {
      query: ListThreads.payloadSchema.fields,
      success: ListThreads.successSchema,
      error: problems(ListThreads),
    }).annotate(OpenApi.Summary, "The threads that one is in, the one with the newest reply first"),
    HttpApiEndpoint.get("thread", "/conversations/:conversation/threads/:root", {
      params: { ...inConversation, root: Seq },
      query: page,
      success: Thread.successSchema,
      error: problems(Thread),
    }).annotate(OpenApi.Summary, "A thread, by the seq of the message that began it"),
    HttpApiEndpoint.get("listDirect", "/direct/:user/messages", {
      params: withUser,
      query: page,
      success: DirectPage,
      error: problems(GetUser, History),
    }).annotate(OpenApi.Summary, "The messages exchanged with somebody"),
    HttpApiEndpoint.post("postDirect", "/direct/:user/messages", {
      params: withUser,
      headers: Repeatable,
      payload: NewMessage,
      success: Posted.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(OpenDirect, PostMessage),
    }).annotate(OpenApi.Summary, "Post a message to somebody"),
    HttpApiEndpoint.patch("edit", "/messages/:message", {
      params: ofMessage,
      headers: Repeatable,
      payload: Schema.Struct({ body: EditMessage.payloadSchema.fields.body }),
      success: Receipt,
      error: problemsWithBody(EditMessage),
    }).annotate(OpenApi.Summary, "Change the text of one's own message"),
    HttpApiEndpoint.get("revisions", "/messages/:message/revisions", {
      params: ofMessage,
      success: ListRevisions.successSchema,
      error: problems(ListRevisions),
    }).annotate(OpenApi.Summary, "The texts that one's own message had before"),
    HttpApiEndpoint.delete("delete", "/messages/:message", {
      params: ofMessage,
      headers: Repeatable,
      success: Receipt,
      error: problems(DeleteMessage),
    }).annotate(OpenApi.Summary, "Delete one's own message for everybody"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Messages: reading, posting and changing them") {}
