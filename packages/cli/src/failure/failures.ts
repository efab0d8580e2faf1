/** The ways in which the program itself can fail; those of calls are the contract's, those of the network the client's. */
import * as Schema from "effect/Schema"

/** What was typed, piped in or configured cannot be used. */
export class Misuse extends Schema.TaggedError<Misuse>("@chat/cli/Misuse")("Misuse", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

/** A message of the parser, whose suggestions stand on lines of their own, as a sentence. */
export const onOneLine = (message: string): string =>
  message.replace(/\s*\n\s*Did you mean this\?\s*/u, ". Did you mean: ").replaceAll(/\s+/gu, " ")

/** What was asked for is not there, or is not one thing. */
export class Unresolved extends Schema.TaggedError<Unresolved>("@chat/cli/Unresolved")("Unresolved", {
  detail: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}

/** Something is wrong, and the results say what. */
export class ChecksFailed extends Schema.TaggedError<ChecksFailed>("@chat/cli/ChecksFailed")("ChecksFailed", {
  failed: Schema.Int,
}) {
  override get message(): string {
    return this.failed === 1 ? "One thing is wrong" : `${this.failed} things are wrong`
  }
}

/** Nobody reads what comes. */
export class SlowReader extends Schema.TaggedError<SlowReader>("@chat/cli/SlowReader")("SlowReader", {}) {
  override get message(): string {
    return "Too much waits to be read: go on from the cursors of what was read"
  }
}
