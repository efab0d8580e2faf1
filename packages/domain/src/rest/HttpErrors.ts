/** What goes wrong before a request is one of the contract. Made like the contract's errors, and shown like them. */
import * as Schema from "effect/Schema"

/** No operation has this path. */
export class NoSuchRoute extends Schema.TaggedError<NoSuchRoute>("@chat/domain/rest/NoSuchRoute")(
  "NoSuchRoute",
  { path: Schema.String },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return `There is nothing at ${this.path}`
  }
}

/** The path has operations, but not by this method; `Allow` lists those that it has. */
export class WrongMethod extends Schema.TaggedError<WrongMethod>("@chat/domain/rest/WrongMethod")(
  "WrongMethod",
  { method: Schema.String, allow: Schema.Array(Schema.String) },
  { httpApiStatus: 405 },
) {
  override get message(): string {
    return `${this.method} is not possible here, only ${this.allow.join(", ")}`
  }
}

/** A body of this type is not read. */
export class WrongMediaType extends Schema.TaggedError<WrongMediaType>("@chat/domain/rest/WrongMediaType")(
  "WrongMediaType",
  { contentType: Schema.String },
  { httpApiStatus: 415 },
) {
  override get message(): string {
    return `A body is application/json, not ${this.contentType}`
  }
}

/** The body has more bytes than the server reads. */
export class BodyTooLarge extends Schema.TaggedError<BodyTooLarge>("@chat/domain/rest/BodyTooLarge")(
  "BodyTooLarge",
  { limit: Schema.Int },
  { httpApiStatus: 413 },
) {
  override get message(): string {
    return `A body is at most ${this.limit} bytes`
  }
}

/** A page that may not make this request, or one that does not show that it is itself that asks. */
export class RequestRefused extends Schema.TaggedError<RequestRefused>("@chat/domain/rest/RequestRefused")(
  "RequestRefused",
  { reason: Schema.Literals(["origin", "site", "header"]) },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    switch (this.reason) {
      case "origin":
        return "Pages of this origin may not connect"
      case "site":
        return "A request with the cookie comes from a page of the server's own site"
      case "header":
        return "A request with the cookie has the header x-chat-csrf"
    }
  }
}
