/** How a repeated request is known for one. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

/**
 * The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07): a request that is sent again with it has no
 * further effect and gets the first answer, for ever. A UUID is the command's id itself, anything else is one account's
 * own name for it. Without one, the server makes an id, and a repeat is another request.
 */
export const Repeatable = {
  "idempotency-key": Schema.optionalKey(
    Schema.String.check(Schema.isNonEmpty(), Schema.isMaxLength(255)).annotate({
      description: "Sent again with the same key, the request has no further effect",
    }),
  ),
}

/** The payload of a command, whose id is in the header. */
export const withoutId = <Fields extends Schema.Struct.Fields & { readonly commandId: Schema.Top }>(fields: Fields) =>
  Schema.Struct(Struct.omit(fields, ["commandId"]))
