import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { ConversationId, MessageId } from "../Ids.ts"
import { ListPins, ListReactions, PinMessage, React, UnpinMessage, Unreact } from "../ReactionRpcs.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const ofMessage = { message: MessageId }
const withEmoji = { ...ofMessage, emoji: React.payloadSchema.fields.emoji }

export class ReactionsApi extends HttpApiGroup.make("reactions")
  .add(
    HttpApiEndpoint.get("list", "/messages/:message/reactions", {
      params: ofMessage,
      query: Struct.omit(ListReactions.payloadSchema.fields, ["conversation", "message"]),
      success: ListReactions.successSchema,
      error: problems(ListReactions),
    }).annotate(OpenApi.Summary, "Who reacted to a message, the oldest first"),
    HttpApiEndpoint.put("add", "/messages/:message/reactions/:emoji", {
      params: withEmoji,
      headers: Repeatable,
      success: React.successSchema,
      error: problems(React),
    }).annotate(OpenApi.Summary, "Put an emoji under a message"),
    HttpApiEndpoint.delete("remove", "/messages/:message/reactions/:emoji", {
      params: withEmoji,
      headers: Repeatable,
      success: Unreact.successSchema,
      error: problems(Unreact),
    }).annotate(OpenApi.Summary, "Take one's own emoji back"),
    HttpApiEndpoint.get("pins", "/conversations/:conversation/pins", {
      params: { conversation: ConversationId },
      success: ListPins.successSchema,
      error: problems(ListPins),
    }).annotate(OpenApi.Summary, "The pinned messages, the one pinned last first"),
    HttpApiEndpoint.put("pin", "/messages/:message/pin", {
      params: ofMessage,
      headers: Repeatable,
      success: PinMessage.successSchema,
      error: problems(PinMessage),
    }).annotate(OpenApi.Summary, "Pin a message for everybody in the conversation"),
    HttpApiEndpoint.delete("unpin", "/messages/:message/pin", {
      params: ofMessage,
      headers: Repeatable,
      success: UnpinMessage.successSchema,
      error: problems(UnpinMessage),
    }).annotate(OpenApi.Summary, "Take a pin away"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "What members put on messages") {}
