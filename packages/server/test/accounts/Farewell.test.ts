import { CommandId, MessageId } from "@chat/domain/Ids"
import { Body, RoomName, Topic } from "@chat/domain/Values"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { randomUUID } from "node:crypto"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { Farewell } from "../../src/accounts/Farewell.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Database } from "../../src/storage/Database.ts"
import { onEachDatabase } from "../support/databases.ts"
import { handlers } from "../support/node.ts"
import { someone } from "./support.ts"

const newCommand = () => CommandId.make(randomUUID())

onEachDatabase("Farewell", (database) => {
  layer(handlers(database), { excludeTestServices: true, timeout: "60 seconds" })((it) => {
    it.effect("goes on after a stop in the middle, and finds everything", () =>
      Effect.gen(function* () {
        const { write: sql } = yield* Database
        const { account } = yield* Accounts.use(({ signUp }) =>
          signUp({ ...someone(), password: Redacted.make("long and rare words") }),
        )
        const rooms = yield* RoomMembership
        const messages = yield* Messages
        const name = RoomName.make(`room-${randomUUID()}`)
        const command = { commandId: newCommand(), name, topic: Topic.make(""), history: "all" as const }
        const { conversation } = yield* rooms.create(account.id, command)
        for (let n = 0; n < 3; n++) {
          yield* messages.post(account.id, {
            conversation,
            id: MessageId.make(randomUUID()),
            body: Body.make(`no. ${n}`),
          })
        }
        // As a node leaves it that stopped after the first message.
        const left = sql`SELECT FROM messages WHERE author_id = ${account.id} AND deleted_at IS NULL`
        yield* sql`UPDATE messages SET body = NULL, deleted_at = now()
          WHERE author_id = ${account.id} AND seq = (SELECT min(seq) FROM messages WHERE author_id = ${account.id})`
        yield* sql`INSERT INTO deletions (account_id, erase) VALUES (${account.id}, true)`
        yield* Farewell.use(({ run }) => run)
        assert.lengthOf(yield* left, 0)
        assert.lengthOf(yield* sql`SELECT FROM members WHERE account_id = ${account.id}`, 0)
        const deleted = sql`SELECT FROM events WHERE actor_id = ${account.id} AND type = 'MessageDeleted'`
        assert.lengthOf(yield* deleted, 2)
        // Done once, it is not done again.
        yield* Farewell.use(({ run }) => run)
        assert.lengthOf(yield* deleted, 2)
        assert.lengthOf(yield* sql`SELECT FROM deletions WHERE done_at IS NULL`, 0)
      }),
    )
  })
})
