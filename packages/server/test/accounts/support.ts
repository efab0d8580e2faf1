// Accounts and sessions on a database, with cheap passwords and without anything that listens.
import { CommandId } from "@chat/domain/Ids"
import { DeviceName, Email, Username } from "@chat/domain/Values"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { randomUUID } from "node:crypto"
import { Accounts, type SignUpCommand } from "../../src/accounts/Accounts.ts"
import { Passwords } from "../../src/passwords/Passwords.ts"
import { Directory } from "../../src/users/Directory.ts"
import { Audit } from "../../src/audit/Audit.ts"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import type { Configuration } from "../../src/config/settings.ts"
import { ContactReader } from "../../src/contacts/ContactReader.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Membership } from "../../src/conversations/Membership.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { RateLimits } from "../../src/limits/RateLimits.ts"
import { Commands } from "../../src/logs/Commands.ts"
import { Logs } from "../../src/logs/Logs.ts"
import { Keys } from "../../src/sessions/Keys.ts"
import { RefreshTokens } from "../../src/sessions/RefreshTokens.ts"
import { Sessions } from "../../src/sessions/Sessions.ts"
import type { Database } from "../../src/storage/Database.ts"
import type { DatabaseStartError } from "../../src/storage/errors.ts"

/** The least that Argon2 can do. */
export const cheap = { memory: 8, passes: 1, parallelism: 1, concurrency: 4 }

export const accountsOn = (
  database: Layer.Layer<Database, DatabaseStartError>,
  overrides: Partial<Configuration> = {},
  hub: Layer.Layer<Hub> = Hub.layerMemory,
) =>
  Accounts.layer.pipe(
    Layer.provideMerge(Sessions.layer),
    Layer.provideMerge(Layer.mergeAll(RefreshTokens.layer, RoomMembership.layer, ContactReader.layer)),
    Layer.provideMerge(
      Layer.mergeAll(Keys.layer, Audit.layer, RateLimits.layer, Passwords.layer, Membership.layer, Commands.layer),
    ),
    Layer.provideMerge(Layer.mergeAll(Logs.layer, Directory.layer)),
    Layer.provideMerge(Layer.mergeAll(database, hub, ServerConfig.layerTest({ argon2: cheap, ...overrides }))),
  )

/** A sign-up that nobody has made before, unless told what to make. */
export const someone = (wanted: Partial<Record<"username" | "email" | "password", string>> = {}): SignUpCommand => {
  const username = wanted.username ?? `u${randomUUID().replaceAll("-", "").slice(0, 20)}`
  return {
    commandId: CommandId.make(randomUUID()),
    username: Username.make(username),
    email: Email.make(wanted.email ?? `${username}@example.org`),
    password: Redacted.make(wanted.password ?? randomUUID()),
    device: DeviceName.make("laptop"),
  }
}

export const signUp = (command: SignUpCommand = someone()) => Accounts.use((accounts) => accounts.signUp(command))
