import type { FromClientEncoded } from "effect/rpc/RpcMessage"

/** More calls than any program of ours has in flight at once, on one connection or in one body. */
export const maxCalls = 64

const fromClient = new Set(["Request", "Ack", "Interrupt", "Ping"])

const isMessage = (value: unknown): value is FromClientEncoded =>
  typeof value === "object" && value !== null && "_tag" in value && fromClient.has(String(value._tag)) && isWhole(value)

const isWhole = (value: { readonly _tag: unknown }): boolean => {
  switch (value._tag) {
    case "Request":
      // A notification would never be answered, and so never be over.
      return (
        "tag" in value &&
        isId("id" in value ? value.id : undefined) &&
        "headers" in value &&
        isHeaders(value.headers) &&
        !("isNotification" in value)
      )
    case "Ack":
    case "Interrupt":
      return isId("requestId" in value ? value.requestId : undefined)
    default:
      return true
  }
}

const isId = (value: unknown): boolean => typeof value === "string" || typeof value === "number"

const isHeaders = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"))

const parse = (text: string): ReadonlyArray<unknown> => {
  const value: unknown = JSON.parse(text)
  return Array.isArray(value) ? value : [value]
}

const whole = (read: () => ReadonlyArray<unknown>): ReadonlyArray<FromClientEncoded> | undefined => {
  try {
    const messages = read()
    return messages.every(isMessage) ? messages : undefined
  } catch {
    // It is not JSON.
    return undefined
  }
}

/** The messages of a frame, or nothing if it is not one of the contract. What a call says is checked where it is read. */
export const parseFrame = (text: string): ReadonlyArray<FromClientEncoded> | undefined => whole(() => parse(text))

/** The messages of a body, one or an array of them a line; nothing if that is not what it is. */
export const parseLines = (text: string): ReadonlyArray<FromClientEncoded> | undefined =>
  whole(() => text.split("\n").flatMap((line) => (line.trim() === "" ? [] : parse(line))))
