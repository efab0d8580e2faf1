// What happens at the same moment in a room is decided in one order, whatever a node remembers.
import { CommandId, type ConversationId, MessageId, type UserId } from "@chat/domain/Ids"
import { BanReason } from "@chat/domain/Room"
import { Body, RoomName, Timestamp, Topic } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { randomUUID } from "node:crypto"
import { Audit } from "../../src/audit/Audit.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { RateLimits } from "../../src/limits/RateLimits.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { InviteLinks } from "../../src/rooms/InviteLinks.ts"
import { Invitations } from "../../src/rooms/Invitations.ts"
import { Moderation } from "../../src/rooms/Moderation.ts"
import { Rooms } from "../../src/rooms/Rooms.ts"
import { Keys } from "../../src/sessions/Keys.ts"
import { Database } from "../../src/storage/Database.ts"
import { config, layerCore, makeUser, openSync, takeUntil } from "../support/core.ts"
import { type embedded, emptyPostgres, hasPostgres, onEachDatabase, postgresAt } from "../support/databases.ts"

const commandId = () => CommandId.make(randomUUID())
const tags = (results: ReadonlyArray<Result.Result<unknown, { readonly _tag: string }>>) =>
  results.map((result) => (Result.isFailure(result) ? result.failure._tag : "done"))

const post = (author: UserId, conversation: ConversationId) =>
  Effect.flatMap(Messages, (messages) =>
    messages.post(author, { conversation, id: MessageId.make(randomUUID()), body: Body.make("hello") }),
  )

const roomOf = Effect.fnUntraced(function* (owner: UserId, member: UserId, slowMode = 0) {
  const membership = yield* RoomMembership
  const { conversation } = yield* membership.create(owner, {
    commandId: commandId(),
    name: RoomName.make(`room-${randomUUID()}`),
    topic: Topic.make(""),
    history: "all",
    slowMode,
  })
  yield* membership.join(member, { commandId: commandId(), conversation })
  return conversation
})

const nodeOn = (database: typeof embedded) =>
  Layer.mergeAll(Rooms.layer, Moderation.layer, InviteLinks.layer, Invitations.layer).pipe(
    Layer.provide([
      Audit.layer,
      Keys.layer,
      Layer.mock(RateLimits, { invitation: () => Effect.void, tryMessage: () => true, returnMessage: () => undefined }),
    ]),
    Layer.provideMerge(layerCore),
    Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())),
    // Two of them are two nodes.
    Layer.fresh,
  )

describe.skipIf(!hasPostgres)("A room on two nodes", () => {
  it.live("takes one of two messages that come at once in slow mode, each to its node", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const [here, there] = [yield* Layer.build(nodeOn(postgresAt(url))), yield* Layer.build(nodeOn(postgresAt(url)))]
      const { bob, rooms } = yield* Effect.gen(function* () {
        const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
        return { bob, rooms: yield* Effect.forEach(Array.from({ length: 20 }), () => roomOf(ann.id, bob.id, 60)) }
      }).pipe(Effect.provide(here))
      for (const conversation of rooms) {
        const both = yield* Effect.all(
          [here, there].map((node) => Effect.result(Effect.provide(post(bob.id, conversation), node))),
          { concurrency: "unbounded" },
        )
        assert.deepStrictEqual(tags(both).toSorted(), ["SlowMode", "done"])
      }
    }).pipe(Effect.scoped),
  )
})

onEachDatabase("A room", (database) => {
  const node = nodeOn(database)

  it.live("has nothing of a member above the kick, and they get nothing above it", () =>
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const moderation = yield* Moderation
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      for (let round = 0; round < 5; round++) {
        const conversation = yield* roomOf(ann.id, bob.id)
        // So that the node remembers that he may.
        yield* post(bob.id, conversation)
        const sync = yield* openSync(bob.id)
        yield* takeUntil(sync, (item) => item._tag === "CaughtUp")
        const kick = moderation.kick(ann.id, { commandId: commandId(), conversation, user: bob.id })
        const [posts, kicked] = yield* Effect.all(
          [
            Effect.all(
              Array.from({ length: 30 }, (_, n) => Effect.result(post(n % 3 === 0 ? ann.id : bob.id, conversation))),
              { concurrency: "unbounded" },
            ),
            Effect.delay(kick, `${round} millis`),
          ],
          { concurrency: "unbounded" },
        )
        for (const [n, result] of posts.entries()) {
          if (n % 3 === 0) assert.isTrue(Result.isSuccess(result))
          else if (Result.isSuccess(result)) assert.isBelow(result.success.seq, kicked.seq)
          else assert.strictEqual(result.failure._tag, "NotMember")
        }
        const above = yield* sql`SELECT FROM messages
          WHERE conversation_id = ${conversation} AND author_id = ${bob.id} AND seq > ${kicked.seq}`
        assert.lengthOf(above, 0)
        yield* post(ann.id, conversation)
        const items = yield* takeUntil(sync, (item) => item._tag === "Event" && item.event.type === "ConversationGone")
        const seqs = items.flatMap((item) =>
          item._tag === "Event" && (item.event.log as string) === conversation ? [item.event.seq] : [],
        )
        assert.strictEqual(seqs.at(-1), kicked.seq)
      }
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("takes one of many messages that come at once in slow mode, and all of its owner's", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const conversation = yield* roomOf(ann.id, bob.id, 60)
      const results = yield* Effect.all(
        Array.from({ length: 20 }, (_, n) => Effect.result(post(n % 2 === 0 ? ann.id : bob.id, conversation))),
        { concurrency: "unbounded" },
      )
      const [owner, member] = [0, 1].map((rest) => tags(results.filter((_, n) => n % 2 === rest)))
      assert.deepStrictEqual(
        owner,
        Array.from({ length: 10 }, () => "done"),
      )
      assert.deepStrictEqual(member?.toSorted(), [...Array.from({ length: 9 }, () => "SlowMode"), "done"])
      const { read: sql } = yield* Database
      const rows = yield* sql`SELECT FROM messages WHERE conversation_id = ${conversation} AND author_id = ${bob.id}`
      assert.lengthOf(rows, 1)
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("keeps out whoever is banned while they come in, and has no member when it is no more", () =>
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const [membership, moderation, rooms] = [yield* RoomMembership, yield* Moderation, yield* Rooms]
      const [ann, bob, eve] = [yield* makeUser("ann"), yield* makeUser("bob"), yield* makeUser("eve")]
      for (let round = 0; round < 5; round++) {
        const conversation = yield* roomOf(ann.id, bob.id)
        const join = Effect.suspend(() => membership.join(eve.id, { commandId: commandId(), conversation }))
        const ban = { commandId: commandId(), conversation, user: eve.id, reason: BanReason.make("") }
        yield* Effect.all([Effect.result(join), moderation.ban(ann.id, ban)], { concurrency: "unbounded" })
        assert.deepStrictEqual(tags([yield* Effect.result(join)]), ["Banned"])
        yield* moderation.unban(ann.id, { commandId: commandId(), conversation, user: eve.id })
        const end = rooms.delete(ann.id, { commandId: commandId(), conversation })
        const [ended, , , { seq }] = yield* Effect.all(
          [
            Effect.result(join),
            Effect.result(post(bob.id, conversation)),
            Effect.result(membership.leave(bob.id, { commandId: commandId(), conversation })),
            end,
          ],
          { concurrency: "unbounded" },
        )
        assert.include(["done", "ConversationNotFound"], tags([ended])[0])
        const open = yield* sql`SELECT FROM visibility WHERE log_id = ${conversation} AND to_seq IS NULL`
        const members = yield* sql`SELECT FROM members WHERE conversation_id = ${conversation}`
        const texts = yield* sql`SELECT FROM messages WHERE conversation_id = ${conversation} AND body IS NOT NULL`
        const later = yield* sql`SELECT FROM events WHERE log_id = ${conversation} AND seq > ${seq}`
        assert.deepStrictEqual([open.length, members.length, texts.length, later.length], [0, 0, 0, 0])
      }
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("lets in as many at once as a link is for, and nobody when it has ended", () =>
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const [membership, links, rooms] = [yield* RoomMembership, yield* InviteLinks, yield* Rooms]
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const guests = yield* Effect.forEach(
        Array.from({ length: 9 }, (_, n) => n),
        (n) => makeUser(`guest${n}`),
      )
      const conversation = yield* roomOf(ann.id, bob.id)
      yield* rooms.update(ann.id, { commandId: commandId(), conversation, changes: { access: "private" } })
      const come = (guest: UserId, link: string) =>
        membership.join(guest, { commandId: commandId(), conversation, link })
      const { token } = yield* links.create(ann.id, { commandId: commandId(), conversation, uses: 3 })
      const results = yield* Effect.all(
        guests.slice(0, 8).map(({ id }) => Effect.result(come(id, token))),
        { concurrency: "unbounded" },
      )
      const came = tags(results)
      assert.lengthOf(
        came.filter((tag) => tag === "done"),
        3,
      )
      assert.lengthOf(
        came.filter((tag) => tag === "InviteInvalid"),
        5,
      )
      const expiresAt = Timestamp.make("2999-01-01T00:00:00.000Z")
      const timed = yield* links.create(ann.id, { commandId: commandId(), conversation, expiresAt })
      const page = { conversation, after: undefined, limit: 9 }
      assert.deepStrictEqual(
        (yield* links.list(ann.id, page)).links.map((link) => [link.link, link.expiresAt]),
        [[timed.seq, expiresAt]],
      )
      yield* sql`UPDATE invite_links SET expires_at = now() - interval '1 second'`
      assert.deepStrictEqual((yield* links.list(ann.id, page)).links, [])
      const last = guests[8]?.id ?? ann.id
      assert.deepStrictEqual(tags([yield* Effect.result(come(last, timed.token))]), ["InviteInvalid"])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("lets in whoever is invited or says that they are not, whatever comes at the same moment", () =>
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const [membership, invitations, rooms] = [yield* RoomMembership, yield* Invitations, yield* Rooms]
      const [ann, bob, eve] = [yield* makeUser("ann"), yield* makeUser("bob"), yield* makeUser("eve")]
      for (let round = 0; round < 5; round++) {
        const conversation = yield* roomOf(ann.id, bob.id)
        yield* rooms.update(ann.id, { commandId: commandId(), conversation, changes: { access: "private" } })
        const toEve = () => ({ commandId: commandId(), conversation, user: eve.id })
        yield* invitations.invite(ann.id, toEve())
        const join = Effect.suspend(() => membership.join(eve.id, { commandId: commandId(), conversation }))
        const [came, revoked] = yield* Effect.all(
          [Effect.result(join), Effect.result(invitations.revoke(ann.id, toEve()))],
          { concurrency: "unbounded" },
        )
        assert.deepStrictEqual(tags([revoked]), ["done"])
        const members =
          yield* sql`SELECT FROM members WHERE conversation_id = ${conversation} AND account_id = ${eve.id}`
        assert.strictEqual(members.length, Number(Result.isSuccess(came)))
        if (Result.isFailure(came)) assert.strictEqual(came.failure._tag, "ConversationNotFound")
        const end = rooms.delete(ann.id, { commandId: commandId(), conversation })
        const again = Effect.suspend(() => invitations.invite(ann.id, toEve()))
        yield* Effect.all([Effect.result(again), end, Effect.result(join)], { concurrency: "unbounded" })
        const left = yield* sql`SELECT FROM invitations WHERE conversation_id = ${conversation}`
        assert.lengthOf(left, 0)
      }
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
