import { accountLog, CommandId, conversationLog, MessageId } from "@chat/domain/Ids"
import { Body, Emoji, RoomName, Seq, Topic } from "@chat/domain/Values"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { randomUUID } from "node:crypto"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { Farewell } from "../../src/accounts/Farewell.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Reactions } from "../../src/reactions/Reactions.ts"
import { Database } from "../../src/storage/Database.ts"
import { commandId, failure, makeRoom, password, type Person, say, signUp } from "../contract/people.ts"
import { inMemory } from "../contract/transports.ts"
import { onEachDatabase } from "../support/databases.ts"
import { handlers } from "../support/node.ts"
import { someone } from "./support.ts"

/** The account is no more, and what it left is cleared away. */
const leave = Effect.fnUntraced(function* ({ call }: Person, erase: boolean) {
  yield* call.DeleteAccount({ password, erase })
  yield* Farewell.use(({ run }) => run)
})

const about = ({ id }: Person) => ({ commandId: commandId(), user: id })

/** The last event of somebody's own log. */
const lastOf = Effect.fnUntraced(function* ({ id, call }: Person) {
  const log = accountLog(id)
  const { head } = yield* call.ReadLog({ log, after: Seq.make(0), limit: 1 })
  const { items } = yield* call.ReadLog({ log, after: Seq.make(head - 1) })
  const [item] = items
  return item?._tag === "Event" ? item.event.type : item?._tag
})

const newCommand = () => CommandId.make(randomUUID())

onEachDatabase("Farewell", (database) => {
  layer(inMemory.pipe(Layer.provideMerge(handlers(database))), { excludeTestServices: true, timeout: "60 seconds" })(
    (it) => {
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

      it.effect("ends what there is with other people, who learn of it", () =>
        Effect.gen(function* () {
          const ann = yield* signUp()
          const [friend, asked, asking, blocked, blocking] = yield* Effect.all([1, 2, 3, 4, 5].map(() => signUp()))
          assert(friend && asked && asking && blocked && blocking)
          yield* ann.call.SendFriendRequest(about(friend))
          yield* friend.call.AcceptFriendRequest(about(ann))
          yield* ann.call.SendFriendRequest(about(asked))
          yield* asking.call.SendFriendRequest(about(ann))
          yield* ann.call.BlockUser(about(blocked))
          yield* blocked.call.SendFriendRequest(about(ann))
          yield* blocking.call.BlockUser(about(ann))
          yield* leave(ann, false)
          assert.deepStrictEqual((yield* friend.call.ListFriends({})).contacts, [])
          for (const { call } of [asked, asking, blocked]) {
            for (const direction of ["sent", "received"] as const) {
              assert.deepStrictEqual((yield* call.ListFriendRequests({ direction })).contacts, [])
            }
          }
          const told = yield* Effect.forEach([friend, asked, asking, blocked], lastOf)
          assert.deepStrictEqual(told, [
            "FriendRemoved",
            "FriendRequestEnded",
            "FriendRequestEnded",
            "FriendRequestEnded",
          ])
          assert.lengthOf((yield* blocking.call.ListBlocks({})).contacts, 1)
          yield* failure(friend.call.SendFriendRequest(about(ann)), "UserNotFound")
          yield* failure(asked.call.AcceptFriendRequest(about(ann)), "FriendRequestNotFound")
          const { write: sql } = yield* Database
          assert.lengthOf(yield* sql`SELECT FROM blocks WHERE account_id = ${ann.id}`, 0)
        }),
      )

      it.effect(
        "takes reactions back if all is to go, also where the account is no more, and what was for it alone",
        () =>
          Effect.gen(function* () {
            const { write: sql } = yield* Database
            const [ann, bob, eve] = [yield* signUp(), yield* signUp(), yield* signUp()]
            const { conversation } = yield* makeRoom(bob)
            const { id: message } = yield* say(bob, conversation)
            const emoji = Emoji.make("👍")
            for (const { call } of [ann, eve]) {
              yield* call.JoinRoom({ commandId: commandId(), conversation })
              const target = { conversation, message }
              yield* call.React({ ...target, commandId: commandId(), emoji })
              yield* call.StarMessage({ ...target, commandId: commandId() })
              yield* call.LeaveRoom({ commandId: commandId(), conversation })
            }
            const { conversation: direct } = yield* ann.call.OpenDirect(about(bob))
            const hidden = yield* say(ann, direct)
            yield* ann.call.HideMessage({ commandId: commandId(), conversation: direct, message: hidden.id })
            yield* leave(ann, true)
            yield* leave(eve, false)
            const { reactions } = yield* bob.call.ListReactions({ conversation, message })
            assert.deepStrictEqual(
              reactions.map(({ user }) => user.id),
              [eve.id],
            )
            const [found] = (yield* bob.call.History({ conversation })).messages
            assert.deepStrictEqual(found?.reactions, [{ emoji, count: 1, mine: false }])
            const taken = sql`SELECT FROM events WHERE actor_id = ${ann.id} AND type = 'ReactionRemoved'`
            assert.lengthOf(yield* taken, 1)
            yield* sql`UPDATE deletions SET done_at = NULL`
            yield* Farewell.use(({ run }) => run)
            assert.lengthOf(yield* taken, 1)
            for (const table of ["stars", "hidden_messages", "positions", "thread_positions"]) {
              const left = yield* sql`SELECT FROM ${sql.literal(table)} WHERE account_id IN ${sql.in([ann.id, eve.id])}`
              assert.lengthOf(left, 0, table)
            }
          }),
      )

      it.effect("nothing more is said for an account that is no more, by whatever node has not heard of that yet", () =>
        Effect.gen(function* () {
          const [ann, bob] = [yield* signUp(), yield* signUp()]
          const { conversation } = yield* ann.call.OpenDirect(about(bob))
          const { id: message } = yield* say(bob, conversation)
          yield* say(ann, conversation)
          yield* leave(ann, true)
          const messages = yield* Messages
          const post = { conversation, id: MessageId.make(randomUUID()), body: Body.make("one more") }
          yield* failure(messages.post(ann.id, post), "ConversationNotFound")
          const reaction = { conversation, message, commandId: newCommand(), emoji: Emoji.make("👍") }
          yield* failure((yield* Reactions).add(ann.id, reaction), "ConversationNotFound")
        }),
      )

      it.effect("takes back what others saw of a reaction before a block, and says nothing of those during it", () =>
        Effect.gen(function* () {
          const [ann, bob] = [yield* signUp(), yield* signUp()]
          const { conversation } = yield* bob.call.OpenDirect(about(ann))
          const { id: message } = yield* say(ann, conversation)
          const target = { conversation, message }
          const [before, during] = [Emoji.make("👍"), Emoji.make("👎")]
          yield* bob.call.React({ ...target, commandId: commandId(), emoji: before })
          yield* ann.call.BlockUser(about(bob))
          yield* bob.call.React({ ...target, commandId: commandId(), emoji: during })
          yield* bob.call.Unreact({ ...target, commandId: commandId(), emoji: before })
          const seen = Effect.map(ann.call.ListReactions(target), ({ reactions }) =>
            reactions.map(({ emoji }) => emoji),
          )
          assert.deepStrictEqual(yield* seen, [before])
          yield* leave(bob, true)
          assert.deepStrictEqual(yield* seen, [])
          const log = yield* ann.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0), limit: 100 })
          assert.notInclude(JSON.stringify(log), "👎")
        }),
      )
    },
  )
})
