/** `chat admin`. */
import * as Command from "effect/cli/Command"
import { accounts, deactivate, reactivate, reset, role, signout } from "./accounts.ts"
import { notice, withdraw } from "../notices/notices.ts"
import { audit } from "./audit.ts"

export const admin = Command.make("admin").pipe(
  Command.withDescription("Look after the server, if you are one of its admins"),
  Command.withSubcommands([accounts, role, deactivate, reactivate, signout, reset, notice, withdraw, audit]),
)
