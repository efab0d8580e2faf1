/**
 * The contract as it is, for programs that pass it on to others: calls, and `Sync` from cursors of their own. Nothing is
 * kept in step here, and a connection that is lost is not opened again. For everything else, there is `ChatClient`.
 */
import { type CallError, type SyncReplaced, Unauthenticated } from "@chat/domain/Errors"
import type { SyncItem } from "@chat/domain/Sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Calls from "../calls/Calls.ts"
import { heartbeat } from "../connection/heartbeat.ts"
import { open } from "../connection/open.ts"
import * as Sync from "../connection/sync.ts"
import { type ClientError, Disconnected } from "../Errors.ts"
import { makeCalls, type Options as CallOptions } from "../http/makeCalls.ts"
import { type Lost, sessionEnded, Transport, webTransport } from "../wire/Transport.ts"

export interface Options extends CallOptions {
  /** What this program calls itself to the server, such as `my-bridge/1.0`. */
  readonly client: string
}

const silence = 30_000

export class ChatBridge extends Context.Service<
  ChatBridge,
  {
    /** Makes one call, and again if its answer is lost, three times in all. A server that is not there: `Disconnected`. */
    readonly rpc: Calls.Call
    /** Runs a `Sync` on a connection of its own, with any number of cursors, for as long as connection and session last. */
    readonly sync: (
      position: Sync.Position,
      onItems: (items: ReadonlyArray<SyncItem>) => void,
    ) => Effect.Effect<never, Unauthenticated | SyncReplaced | CallError | ClientError>
  }
>()("@chat/client/bridge/ChatBridge") {
  static readonly layerNoDeps = (options: Options) =>
    Layer.effect(
      ChatBridge,
      Effect.gen(function* () {
        const transport = yield* Transport
        const { endpoints, session, call } = yield* makeCalls(transport, options)

        const onLost = Effect.fnUntraced(function* ({ code, detail, refused }: Lost) {
          if (code !== sessionEnded)
            return yield* new Disconnected({ outcome: refused === true ? "notSent" : "unknown", detail })
          yield* session.refuse(yield* session.token, "ended")
          return yield* new Unauthenticated({ reason: "ended" })
        })

        return ChatBridge.of({
          rpc: call,
          sync: (position, onItems) =>
            Effect.gen(function* () {
              const { connected, server } = yield* open(transport, endpoints.webSocket, options.client)
              const synced = Sync.run(connected, server.limits, session, () => position, onItems)
              return yield* Effect.raceFirst(synced, heartbeat(connected, silence))
            }).pipe(Effect.scoped, Effect.catchTag("Lost", onLost)),
        })
      }),
    )

  static readonly layer = (options: Options) =>
    this.layerNoDeps(options).pipe(Layer.provide(Layer.succeed(Transport, webTransport)))
}
