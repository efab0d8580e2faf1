/**
 * The calls of the contract without a live connection: each is one HTTP request. For programs that call and end. For
 * everything that stays, there is `ChatClient`.
 */
import type { LogId } from "@chat/domain/Ids"
import type { LogPage } from "@chat/domain/Sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import type * as Calls from "../calls/Calls.ts"
import { logItems } from "../events/logItems.ts"
import * as SignIn from "../calls/signIn.ts"
import { Transport, webTransport } from "../wire/Transport.ts"
import { makeCalls, type Options } from "./makeCalls.ts"

export class ChatHttp extends Context.Service<
  ChatHttp,
  SignIn.SignIn & {
    /** Makes one call, and again if its answer is lost, three times in all. A server that is not there: `Disconnected`. */
    readonly rpc: Calls.Call
    /** What follows `after` in a log, to its end as of now, by pages. Never skips. */
    readonly readLog: (
      log: LogId,
      after: number,
    ) => Stream.Stream<LogPage["items"][number], Calls.CallFailure<"ReadLog">>
  }
>()("@chat/client/http/ChatHttp") {
  static readonly layerNoDeps = (options: Options) =>
    Layer.effect(
      ChatHttp,
      Effect.gen(function* () {
        const transport = yield* Transport
        const { session, call } = yield* makeCalls(transport, options)
        return ChatHttp.of({ ...SignIn.make(session, call), rpc: call, readLog: logItems(call) })
      }),
    )

  static readonly layer = (options: Options) =>
    this.layerNoDeps(options).pipe(Layer.provide(Layer.succeed(Transport, webTransport)))
}
