/**
 * What can go wrong on this side of the contract. What the server answers is in `@chat/domain/Errors`. Every failure of
 * this package is an `Error` with a `_tag` and a message fit for a person.
 */
import { MessageId } from "@chat/domain/Ids"
import * as Schema from "effect/Schema"

/**
 * The server could not be reached, or not for long enough. `notSent`: the call has had no effect. `unknown`: it may have
 * had one, because the connection was lost before the answer. By the time that it is raised, a call that may be repeated
 * has been repeated until its deadline.
 */
export class Disconnected extends Schema.TaggedError<Disconnected>("@chat/client/Disconnected")("Disconnected", {
  outcome: Schema.Literals(["notSent", "unknown"]),
  /** What the network said, such as `ECONNREFUSED`. */
  detail: Schema.String,
}) {
  override get message(): string {
    return this.outcome === "notSent"
      ? `The server cannot be reached (${this.detail})`
      : `The connection was lost before the answer came (${this.detail})`
  }
}

/** The server said something that is not of the contract. A newer client may understand it; calling again will not help. */
export class ProtocolError extends Schema.TaggedError<ProtocolError>("@chat/client/ProtocolError")("ProtocolError", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `The server's answer cannot be understood: ${this.detail}`
  }
}

/** A store of this client, of tokens or of unsent messages, could not be read or written. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>("@chat/client/StoreFailed")("StoreFailed", {
  store: Schema.Literals(["tokens", "outbox"]),
  detail: Schema.String,
}) {
  override get message(): string {
    return this.store === "tokens"
      ? `The sign-in cannot be kept on this device: ${this.detail}`
      : `Unsent messages cannot be kept on this device: ${this.detail}`
  }
}

/** A message was taken back before it was sent. */
export class Cancelled extends Schema.TaggedError<Cancelled>("@chat/client/Cancelled")("Cancelled", { id: MessageId }) {
  override get message(): string {
    return "The message was taken back"
  }
}

/** The chat was closed before the answer came. */
export class ChatClosed extends Schema.TaggedError<ChatClosed>("@chat/client/ChatClosed")("ChatClosed", {}) {
  override get message(): string {
    return "The chat is closed"
  }
}

/** Where the server is said to be is not an address of one. */
export class InvalidAddress extends Schema.TaggedError<InvalidAddress>("@chat/client/InvalidAddress")(
  "InvalidAddress",
  { url: Schema.String },
) {
  override get message(): string {
    return `Not the address of a server, such as https://chat.example: ${this.url}`
  }
}

/** This runs on something that has no `WebSocket`. */
export class WebSocketMissing extends Schema.TaggedError<WebSocketMissing>("@chat/client/WebSocketMissing")(
  "WebSocketMissing",
  {},
) {
  override get message(): string {
    return "This needs a WebSocket: Node 22 or later, or a browser"
  }
}

/** A fault in this client or in a store that it was given; `cause` says where. */
export class UnexpectedFault extends Schema.TaggedError<UnexpectedFault>("@chat/client/UnexpectedFault")(
  "UnexpectedFault",
  { cause: Schema.Unknown },
) {
  override get message(): string {
    return `Something went wrong in this program: ${describe(this.cause)}`
  }
}

/** What every call can fail with besides the failures of the contract. */
export type ClientError = Disconnected | ProtocolError | StoreFailed

export const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
