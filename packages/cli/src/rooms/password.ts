/** The password of a room, which comes from where other passwords come from. */
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Redacted from "effect/Redacted"
import { readPassword } from "../terminal/input.ts"

export const roomPasswordFlag = Flag.Boolean("password-stdin").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Read the room's password from stdin"),
  Flag.withDefault(false),
)

export const readRoomPassword = (options: Parameters<typeof readPassword>[0]) =>
  Effect.map(readPassword(options), Redacted.value)
