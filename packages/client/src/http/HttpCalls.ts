/** One call, one HTTP request: `POST /rpc`. For what needs no session, and for programs that call once and end. */
import type { BadRequest } from "@chat/domain/Errors"
import * as Effect from "effect/Effect"
import type { ProtocolError } from "../Errors.ts"
import * as Codec from "../wire/Codec.ts"
import type { Request } from "../wire/Link.ts"
import { Lost, type Transport } from "../wire/Transport.ts"

/** The encoded exit of a call. */
export const call = (
  transport: Transport["Service"],
  url: string,
  { tag, payload, token }: Request,
): Effect.Effect<unknown, Lost> => {
  const headers = token === undefined ? [] : [["authorization", `Bearer ${token}`]]
  const body = `${JSON.stringify({ _tag: "Request", id: "1", tag, payload, headers })}\n`
  return Effect.flatMap(transport.post(url, body), (answer) => {
    const exit = exitIn(answer)
    return exit === undefined ? Effect.fail(noAnswer()) : Effect.succeed(exit)
  })
}

/** A call that needs no session, once. */
export const callOnce = <Tag extends Codec.CallTag>(
  transport: Transport["Service"],
  url: string,
  tag: Tag,
  payload: Codec.Payload<Tag>,
): Effect.Effect<Codec.Success<Tag>, Codec.Refusal<Tag> | BadRequest | ProtocolError | Lost> =>
  Effect.gen(function* () {
    const encoded = yield* Codec.encode(tag, payload)
    const answer = Codec.decode(tag, yield* call(transport, url, { tag, payload: encoded, token: undefined }))
    return yield* answer === "interrupted" ? new Lost({ detail: "the server ends" }) : answer
  })

export const noAnswer = () => new Lost({ detail: "no answer" })

const exitIn = (text: string): unknown => {
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue
    const message = parse(line)
    if (typeof message === "object" && message !== null && "_tag" in message && message._tag === "Exit") {
      return "exit" in message ? message.exit : undefined
    }
  }
  return undefined
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
