import { CurrentSession } from "@chat/domain/Authentication"
import { MessageId, type UserId } from "@chat/domain/Ids"
import type { HistoryPage } from "@chat/domain/Message"
import { RestApi } from "@chat/domain/rest/RestApi"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { asProblem, Calls } from "./Calls.ts"
import { commandOf, idFrom } from "./idempotency.ts"
import { Places } from "./Places.ts"

/** What has been said in a conversation that has not begun. */
const nothing = {
  conversation: null,
  messages: [],
  from: Seq.make(0),
  to: Seq.make(0),
  asOf: Seq.make(0),
  more: false,
} satisfies Omit<HistoryPage, "conversation"> & { readonly conversation: null }

export const layerMessages = HttpApiBuilder.group(
  RestApi,
  "messages",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    const { direct, withPlace } = yield* Places

    // One request is two commands, each with its own id, so that a repeat of the one repeats the other.
    const begin = (message: MessageId, user: UserId) =>
      Effect.map(
        signedIn("OpenDirect", { commandId: idFrom("the conversation of", message), user }),
        ({ conversation }) => conversation,
      )

    return handlers.handleAll({
      list: ({ params, query }) => signedIn("History", { ...params, ...query }),
      some: ({ params, query }) => signedIn("GetMessages", { ...params, ...query }),
      post: Effect.fnUntraced(function* ({ headers, params, payload: { id: given, ...message } }) {
        const id = given ?? MessageId.make(yield* commandOf(headers))
        return { message: id, ...(yield* signedIn("PostMessage", { ...params, ...message, id })) }
      }),
      forward: Effect.fnUntraced(function* ({ headers, params, payload: { id: given, source } }) {
        const id = given ?? MessageId.make(yield* commandOf(headers))
        return { message: id, ...(yield* signedIn("ForwardMessage", { ...params, source, id })) }
      }),
      threads: ({ query }) => signedIn("ListThreads", query),
      thread: ({ params, query }) => signedIn("Thread", { ...params, ...query }),
      listDirect: Effect.fnUntraced(function* ({ params, query }) {
        const { user } = yield* CurrentSession
        const conversation = yield* asProblem(direct(user, params.user))
        if (conversation !== undefined) return yield* signedIn("History", { conversation, ...query })
        yield* signedIn("GetUser", { id: params.user })
        return nothing
      }),
      postDirect: Effect.fnUntraced(function* ({ headers, params, payload: { id: given, ...message } }) {
        const id = given ?? MessageId.make(yield* commandOf(headers))
        const { user } = yield* CurrentSession
        const known = yield* asProblem(direct(user, params.user))
        const conversation = known ?? (yield* begin(id, params.user))
        return { message: id, ...(yield* signedIn("PostMessage", { ...message, conversation, id })) }
      }),
      edit: ({ headers, params, payload }) =>
        Effect.flatMap(withPlace(params), (place) => command("EditMessage", headers, { ...place, ...payload })),
      revisions: ({ params }) => Effect.flatMap(withPlace(params), (place) => signedIn("ListRevisions", place)),
      delete: ({ headers, params }) =>
        Effect.flatMap(withPlace(params), (place) => command("DeleteMessage", headers, place)),
    })
  }),
)
