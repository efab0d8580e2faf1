/** A process that shares a token file: renews an expired token through a server, and prints the token that it ends with. */
import * as Effect from "effect/Effect"
import { fileTokenStore } from "../../src/node/FileTokenStore.ts"
import * as Session from "../../src/session/Session.ts"
import * as HttpCalls from "../../src/http/HttpCalls.ts"
import { Transport, webTransport } from "../../src/wire/Transport.ts"

const [path = "", url = "", rounds = "1"] = process.argv.slice(2)

await Effect.gen(function* () {
  const transport = yield* Transport
  const session = yield* Session.make(fileTokenStore(path), (payload) =>
    HttpCalls.callOnce(transport, url, "Refresh", payload),
  )
  for (let round = 0; round < Number(rounds); round++) yield* session.renew(yield* session.token)
  console.log(yield* session.token)
}).pipe(Effect.provideService(Transport, webTransport), Effect.runPromise)
