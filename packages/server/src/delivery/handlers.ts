import { CurrentSession } from "@chat/domain/Authentication"
import { CapacityExceeded, ConversationNotFound } from "@chat/domain/Errors"
import { ConversationId } from "@chat/domain/Ids"
import { Seq, defaultPageSize } from "@chat/domain/Values"
import type { Cursor } from "@chat/domain/Sync"
import { SyncRpcs } from "@chat/domain/SyncRpcs"
import * as Effect from "effect/Effect"
import type { ServerClient } from "effect/rpc/Rpc"
import * as Stream from "effect/Stream"
import { ServerConfig } from "../config/ServerConfig.ts"
import { LogReader } from "../logs/LogReader.ts"
import { CurrentConnection } from "../sessions/CurrentConnection.ts"
import { Delivery } from "./Delivery.ts"

export const layerSyncHandlers = SyncRpcs.toLayer(
  Effect.gen(function* () {
    const { limits } = yield* ServerConfig
    const delivery = yield* Delivery
    const logReader = yield* LogReader
    const offered = new WeakMap<ServerClient, ReadonlyArray<Cursor>>()

    const offer = (client: ServerClient, cursors: ReadonlyArray<Cursor>) => {
      const all = [...(offered.get(client) ?? []), ...cursors]
      if (all.length > limits.cursors) {
        offered.delete(client)
        return Effect.fail(new CapacityExceeded({ resource: "cursors of a connection", limit: limits.cursors }))
      }
      offered.set(client, all)
      return Effect.succeed(all)
    }

    return SyncRpcs.of({
      OfferCursors: ({ cursors }, { client }) => Effect.asVoid(offer(client, cursors)),
      Sync: ({ cursors, stamp, only }, { client, requestId }) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const { user, session } = yield* CurrentSession
            const { stream } = yield* CurrentConnection
            const all = yield* offer(client, cursors)
            offered.delete(client)
            return delivery.sync(
              { account: user, session, connection: client, stream: stream && ((source) => stream(requestId, source)) },
              { cursors: all, stamp, only },
            )
          }),
        ),
      ReadLog: Effect.fnUntraced(function* ({ log, after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        const [part] = yield* logReader.read(user, [{ log, after, limit }], { positions: false })
        if (part === undefined) return yield* new ConversationNotFound({ conversation: ConversationId.make(log) })
        return { items: part.items, head: Seq.make(part.last) }
      }),
    })
  }),
)
