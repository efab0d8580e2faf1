import { CurrentSession } from "@chat/domain/Authentication"
import { BadRequest } from "@chat/domain/Errors"
import { MessageRpcs } from "@chat/domain/MessageRpcs"
import { defaultPageSize, type Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { History } from "./History.ts"
import { Messages } from "./Messages.ts"
import { Positions } from "./Positions.ts"
import { Revisions } from "./Revisions.ts"
import { Threads } from "./Threads.ts"

export const layerMessageHandlers = MessageRpcs.toLayer(
  Effect.gen(function* () {
    const messages = yield* Messages
    const history = yield* History
    const positions = yield* Positions
    const revisions = yield* Revisions
    const threads = yield* Threads
    return MessageRpcs.of({
      PostMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* messages.post(user, command)
      }),
      ForwardMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* messages.forward(user, command)
      }),
      EditMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* messages.edit(user, command)
      }),
      DeleteMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* messages.delete(user, command)
      }),
      History: Effect.fnUntraced(function* ({ limit = defaultPageSize, ...query }) {
        const { user } = yield* CurrentSession
        yield* checkDirection(query)
        return yield* history.page(user, { ...query, limit })
      }),
      GetMessages: Effect.fnUntraced(function* ({ conversation, seqs }) {
        const { user } = yield* CurrentSession
        return yield* history.some(user, conversation, seqs)
      }),
      Thread: Effect.fnUntraced(function* ({ limit = defaultPageSize, ...query }) {
        const { user } = yield* CurrentSession
        yield* checkDirection(query)
        return yield* history.thread(user, { ...query, limit })
      }),
      ListRevisions: Effect.fnUntraced(function* (message) {
        const { user } = yield* CurrentSession
        return yield* revisions.list(user, message)
      }),
      ListThreads: Effect.fnUntraced(function* ({ limit = defaultPageSize, ...query }) {
        const { user } = yield* CurrentSession
        return yield* threads.list(user, { ...query, limit })
      }),
      MarkRead: Effect.fnUntraced(function* ({ conversation, seq, thread }) {
        const { user } = yield* CurrentSession
        return yield* thread === undefined
          ? positions.markRead(user, conversation, seq)
          : threads.markRead(user, { conversation, thread, seq })
      }),
    })
  }),
)

const checkDirection = ({ before, after }: { readonly before?: Seq; readonly after?: Seq }) =>
  before !== undefined && after !== undefined
    ? Effect.fail(new BadRequest({ detail: "before and after exclude each other" }))
    : Effect.void
