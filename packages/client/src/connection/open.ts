/** A new connection, greeted: the server has said what it is. */
import { contractVersion } from "@chat/domain/Contract"
import * as Effect from "effect/Effect"
import * as Codec from "../wire/Codec.ts"
import * as Link from "../wire/Link.ts"
import { Lost, type Transport } from "../wire/Transport.ts"

const openTimeout = 10_000

/** `client`: what this program calls itself. */
export const open = (transport: Transport["Service"], url: string, client: string) =>
  Effect.gen(function* () {
    const connected = yield* Link.open(transport, url)
    const payload = yield* Codec.encode("Hello", { client, contract: contractVersion })
    const answer = Codec.decode("Hello", yield* connected.call({ tag: "Hello", payload, token: undefined }))
    return { connected, server: yield* answer === "interrupted" ? new Lost({ detail: "the server ends" }) : answer }
  }).pipe(
    Effect.timeoutOrElse({
      duration: openTimeout,
      orElse: () => Effect.fail(new Lost({ detail: "the server does not answer" })),
    }),
  )
