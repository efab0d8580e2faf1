import { StorageUnavailable } from "@chat/domain/Errors"
import { PostMessage } from "@chat/domain/MessageRpcs"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import type { FromServerEncoded, RequestEncoded, ResponseExitEncoded } from "effect/rpc/RpcMessage"
import * as Schema from "effect/Schema"
import { Messages } from "../messages/Messages.ts"
import { Meters } from "../meters/Meters.ts"
import { Presence } from "../presence/Presence.ts"
import type { Caller } from "../sessions/CurrentConnection.ts"
import { Sessions } from "../sessions/Sessions.ts"

interface Taken {
  readonly answer: (message: FromServerEncoded) => void
  /** It is to be made as any other call: what comes of it is not what nearly always does. */
  readonly instead: () => void
}

/**
 * The call that is made most, past the RPC server: it costs a fiber for the request, one for its handler, a scope and a
 * dozen steps in each, which is more than all that a plain post needs. What is out of the ordinary about a call, its
 * caller or its outcome goes the usual way, which is the one that says what is right.
 */
export class Express extends Context.Service<
  Express,
  {
    /** Takes a call of whoever called over the connection before. False: it is none for here, and nothing has happened. */
    readonly take: (request: RequestEncoded, caller: Caller, done: Taken) => boolean
  }
>()("@chat/server/express/Express") {
  static readonly layer = Layer.effect(
    Express,
    Effect.gen(function* () {
      const messages = yield* Messages
      const presence = yield* Presence
      const sessions = yield* Sessions
      const meters = yield* Meters
      const clock = yield* Clock.Clock
      const isTraced = yield* References.TracerEnabled
      const runFork = Effect.runForkWith(yield* Effect.context<never>())
      const call = meters.calls.get(PostMessage._tag)

      const isStill = (caller: Caller, { headers }: RequestEncoded): boolean =>
        headers.some(([name, value]) => name === "authorization" && value === caller.authorization) &&
        clock.currentTimeMillisUnsafe() < caller.expiresAt &&
        sessions.isLive(caller.session)

      const take = (request: RequestEncoded, caller: Caller, { answer, instead }: Taken): boolean => {
        if (request.tag !== PostMessage._tag || isTraced || !isStill(caller, request)) return false
        const command = decode(request.payload)
        if (command._tag === "None") return false
        const began = performance.now()
        const end = (outcome: string, exit: ResponseExitEncoded["exit"]): void => {
          if (call !== undefined) {
            call.ended(outcome).value++
            call.duration().observe((performance.now() - began) / 1_000)
          }
          answer({ _tag: "Exit", requestId: request.id, exit })
        }
        const isTaken = messages.postPlain(caller.user, command.value, {
          answer: (value) => end("ok", { _tag: "Success", value }),
          fail: (error) => end(error._tag, { _tag: "Failure", cause: [{ _tag: "Fail", error: encodeError(error) }] }),
          instead,
        })
        if (isTaken) runFork(presence.touch(caller.client, 0))
        return isTaken
      }

      return Express.of({ take })
    }),
  )
}

const encodeError = Schema.encodeSync(Schema.toCodecJson(StorageUnavailable))
const decode = Schema.decodeUnknownOption(Schema.toCodecJson(PostMessage.payloadSchema))
