/**
 * The client for programs on Effect: one service with the typed calls, the live state and its events. Everybody else has
 * the same as promises and callbacks in `Chat`.
 */
import type { LogId } from "@chat/domain/Ids"
import type { State } from "@chat/domain/state/State"
import type { LogPage } from "@chat/domain/Sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { CallFailure } from "./calls/Calls.ts"
import { changes } from "./changes.ts"
import { type Client, make, type Options } from "./Client.ts"
import type { ConnectionStatus } from "./connection/ConnectionStatus.ts"
import type { ChatEvent } from "./events/ChatEvent.ts"
import { logItems } from "./events/logItems.ts"
import type { SubscriptionEnd } from "./events/Subscription.ts"
import type { OutboxEntry } from "./outbox/OutboxEntry.ts"
import { Transport, webTransport } from "./wire/Transport.ts"

export type { Options } from "./Client.ts"

export class ChatClient extends Context.Service<
  ChatClient,
  Client & {
    /**
     * Every durable event from the moment that the stream is run: each once, those of a log in the order of `seq`, across
     * reconnects and however slow the consumer is. Where a snapshot came instead, `Resynchronised` says so. It fails when
     * the session has ended.
     */
    readonly events: Stream.Stream<ChatEvent, SubscriptionEnd>
    /** What follows `after` in a log, to its end as of now, by pages. Never skips. */
    readonly readLog: (log: LogId, after: number) => Stream.Stream<LogPage["items"][number], CallFailure<"ReadLog">>
    /** `state` of now, then the newest after each change. */
    readonly stateChanges: Stream.Stream<State>
    /** `connection` of now, then the newest after each change. */
    readonly connectionChanges: Stream.Stream<ConnectionStatus>
    /** `outbox` of now, then the newest after each change. */
    readonly outboxChanges: Stream.Stream<ReadonlyArray<OutboxEntry>>
  }
>()("@chat/client/ChatClient") {
  /** Connects whenever somebody is signed in, for as long as the layer lives. */
  static readonly layerNoDeps = (options: Options) =>
    Layer.effect(
      ChatClient,
      Effect.map(make(options), (client) =>
        ChatClient.of({
          ...client,
          events: Stream.unwrap(
            Effect.map(client.subscribe, (subscription) => Stream.fromIterableEffectRepeat(subscription.take)),
          ),
          readLog: logItems(client.rpc),
          stateChanges: changes(client.state),
          connectionChanges: changes(client.connection),
          outboxChanges: changes(client.outbox),
        }),
      ),
    )

  /** Over `WebSocket` and `fetch`. */
  static readonly layer = (options: Options) =>
    this.layerNoDeps(options).pipe(Layer.provide(Layer.succeed(Transport, webTransport)))
}
