import type { Credentials } from "@chat/client/session/TokenStore"
import { accountLog, CommandId, ConversationId, UserId } from "@chat/domain/Ids"
import { DeviceName, Username } from "@chat/domain/Values"
import { Accounts } from "@chat/server/src/accounts/Accounts.ts"
import type { ServerConfig } from "@chat/server/src/config/ServerConfig.ts"
import { Conversations } from "@chat/server/src/conversations/Conversations.ts"
import { Hub } from "@chat/server/src/hub/Hub.ts"
import { Logs } from "@chat/server/src/logs/Logs.ts"
import { layerHandlers } from "@chat/server/src/Node.ts"
import { RoomMembership } from "@chat/server/src/rooms/RoomMembership.ts"
import { Sessions } from "@chat/server/src/sessions/Sessions.ts"
import { Database } from "@chat/server/src/storage/Database.ts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Who is there at the beginning of every world: friends who are all in `#general`, and two of them in a direct talk. */
export interface Beginning {
  /** By the name of the device. */
  readonly devices: ReadonlyMap<string, Credentials>
  /** Of each account, those that it is in. */
  readonly conversations: ReadonlyMap<UserId, Places>
}

type Places = readonly [ConversationId, ...ReadonlyArray<ConversationId>]

/** Each device, and whose it is. */
const people = [
  ["ann", ["ann-phone", "ann-laptop"]],
  ["bob", ["bob-phone"]],
  ["cat", ["cat-phone"]],
] as const

const makeUser = Effect.fnUntraced(function* (name: string) {
  const { write: sql } = yield* Database
  const logs = yield* Logs
  const id = UserId.make(crypto.randomUUID())
  // Nobody signs in with a password, which would take a moment of another thread.
  yield* sql`INSERT INTO users (id, username, email, password_hash, created_at)
    VALUES (${id}, ${Username.make(name)}, ${`${name}@example.org`}, '', clock_timestamp())`
  yield* logs.create(accountLog(id), "account")
  yield* sql`INSERT INTO visibility (account_id, log_id, from_seq) VALUES (${id}, ${id}, 1)`
  yield* logs.append({ log: accountLog(id), actor: id, type: "AccountCreated", data: {} })
  return id
})

const signIn = Effect.fnUntraced(function* (user: UserId, device: string) {
  const { write: sql } = yield* Database
  const sessions = yield* Sessions
  const accounts = yield* Accounts
  const { session, refreshToken } = yield* sql.withTransaction(sessions.start(user, DeviceName.make(device)))
  const tokens = yield* sessions.issue({ user, session: session.id }, refreshToken)
  return { account: yield* accounts.me(user), session, tokens }
})

const populate = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const rooms = yield* RoomMembership
  const conversations = yield* Conversations
  yield* rooms.ensureDefaultRooms
  const devices = new Map<string, Credentials>()
  const users: Array<UserId> = []
  for (const [name, names] of people) {
    const user = yield* sql.withTransaction(makeUser(name))
    users.push(user)
    yield* rooms.joinDefaultRooms(user)
    for (const device of names) devices.set(device, yield* signIn(user, device))
  }
  const [ann, bob] = users
  if (ann === undefined || bob === undefined) return yield* Effect.die("nobody is there")
  const command = { commandId: CommandId.make(crypto.randomUUID()), user: bob }
  const { conversation } = yield* conversations.openDirect(ann, command)
  const [general] = yield* sql`SELECT id FROM conversations WHERE kind = 'room'`
  const everybody = ConversationId.make(String(general?.["id"]))
  const places: ReadonlyArray<readonly [UserId, Places]> = users.map((user) =>
    user === ann || user === bob ? [user, [everybody, conversation]] : [user, [everybody]],
  )
  return { devices, conversations: new Map(places) }
})

/** Makes the beginning, in an empty database. */
export const begin = (database: Layer.Layer<Database>, config: Layer.Layer<ServerConfig>): Effect.Effect<Beginning> =>
  populate.pipe(
    Effect.provide(layerHandlers.pipe(Layer.provideMerge([database, Hub.layerMemory, config]))),
    Effect.orDie,
  )
