import type { FromServerEncoded } from "effect/rpc/RpcMessage"
import * as Effect from "effect/Effect"

type Encoded = { readonly _tag: string } & Record<string, unknown>

const failure = (requestId: string | number, error: Encoded): FromServerEncoded => ({
  _tag: "Exit",
  requestId,
  exit: { _tag: "Failure", cause: [{ _tag: "Fail", error }] },
})

/** Tells a caller that its connection has too many calls in flight. Every call can fail so. */
export const tooManyCalls = (requestId: string | number, limit: number): FromServerEncoded =>
  failure(requestId, { _tag: "CapacityExceeded", resource: "calls in flight on one connection", limit })

// What the RPC server says when an answer does not fit the contract: a fault of ours, not of the caller.
const ourFault = "Failed to encode response"

/**
 * The RPC server answers a request that is not of the contract's form with a defect, and so it does when an answer is
 * not. Our handlers fail with errors of the contract and nothing else, so a defect on its way out is one of these two:
 * the first becomes a `BadRequest` that says what is wrong, the second an `Internal`.
 */
export const withoutDefects = (response: FromServerEncoded): Effect.Effect<FromServerEncoded> => {
  if (response._tag !== "Exit" || response.exit._tag !== "Failure") return Effect.succeed(response)
  for (const reason of response.exit.cause) {
    if (reason._tag !== "Die") continue
    const { requestId } = response
    const { defect } = reason
    if (typeof defect === "string" && !defect.startsWith(ourFault)) {
      return Effect.succeed(failure(requestId, { _tag: "BadRequest", detail: defect }))
    }
    const traceId = crypto.randomUUID()
    return Effect.as(
      Effect.logError("An answer could not be given", typeof defect === "string" ? defect : "a defect").pipe(
        Effect.annotateLogs({ traceId }),
      ),
      failure(requestId, { _tag: "Internal", traceId }),
    )
  }
  return Effect.succeed(response)
}
