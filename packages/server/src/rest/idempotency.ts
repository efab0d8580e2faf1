import { CurrentSession } from "@chat/domain/Authentication"
import { CommandId } from "@chat/domain/Ids"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash, randomUUID } from "node:crypto"

export interface Repeatable {
  readonly "idempotency-key"?: string
}

const isId = Schema.is(CommandId)

/** The id that a text stands for: a UUID of the kind that is left to whoever makes it (RFC 9562, section 5.8). */
export const idFrom = (...parts: ReadonlyArray<string>): CommandId => {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex")
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0b0011) | 0b1000).toString(16)
  return CommandId.make(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  )
}

/**
 * The id of the command that a request is, by its `Idempotency-Key`: a UUID is the id itself; anything else is the
 * owner's own name for one. The key may stand in quotation marks, as the draft has it.
 */
export const commandIdOf = (headers: Repeatable, owner: string): CommandId => {
  const given = headers["idempotency-key"]
  if (given === undefined) return CommandId.make(randomUUID())
  const key = given.replace(/^"(.+)"$/, "$1")
  const id = key.toLowerCase()
  return isId(id) ? id : idFrom(owner, key)
}

/** The same, of whoever is signed in. */
export const commandOf = (headers: Repeatable) => Effect.map(CurrentSession, ({ user }) => commandIdOf(headers, user))
