/** A session, and calls over HTTP in its name. */
import * as Effect from "effect/Effect"
import * as Calls from "../calls/Calls.ts"
import { endpointsOf } from "../endpoints.ts"
import { InvalidAddress } from "../Errors.ts"
import * as Session from "../session/Session.ts"
import type { TokenStore } from "../session/TokenStore.ts"
import type { Transport } from "../wire/Transport.ts"
import * as HttpCalls from "./HttpCalls.ts"

export interface Options {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly tokenStore: TokenStore
}

const attempts = 3
const refreshTimeout = 10_000

export const makeCalls = Effect.fnUntraced(function* (transport: Transport["Service"], { url, tokenStore }: Options) {
  const endpoints = endpointsOf(url)
  // The address is of the program, or checked by it: there is nobody here to ask for another.
  if (endpoints === undefined) return yield* Effect.die(new InvalidAddress({ url: String(url) }))
  const session = yield* Session.make(tokenStore, (payload) =>
    HttpCalls.callOnce(transport, endpoints.http, "Refresh", payload).pipe(
      Effect.timeoutOrElse({ duration: refreshTimeout, orElse: () => Effect.fail(HttpCalls.noAnswer()) }),
    ),
  )
  const call = Calls.make({
    session,
    attempts,
    send: (request, onSent) =>
      Effect.suspend(() => {
        onSent()
        return HttpCalls.call(transport, endpoints.http, request)
      }),
  })
  return { endpoints, session, call }
})
