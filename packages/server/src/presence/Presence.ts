import {
  type BadRequest,
  type ConversationNotFound,
  type NotMember,
  type StorageUnavailable,
  TooLarge,
} from "@chat/domain/Errors"
import type { LogEvent } from "@chat/domain/Event"
import { type ConversationId, type LogId, UserId } from "@chat/domain/Ids"
import type { OnlineUser, Presence as Seen, PresenceChoice, PresenceState } from "@chat/domain/Presence"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { ServerClient } from "effect/rpc/Rpc"
import { ServerConfig } from "../config/ServerConfig.ts"
import { pageCursor } from "../storage/pageCursor.ts"
import type { Follower } from "../followers/Follower.ts"
import { Hub, type Notice } from "../hub/Hub.ts"
import { Directory, knownUser } from "../users/Directory.ts"
import { rounds } from "../rounds/rounds.ts"
import { makeAnnouncer, type View } from "./Announcer.ts"
import { makeDevices } from "./Devices.ts"
import { makeLastSeen } from "./LastSeen.ts"
import { makePresenceReader } from "./PresenceReader.ts"
import { PresenceStore, type Reach } from "./PresenceStore.ts"
import { makeRosters, type Watcher } from "./Rosters.ts"
import { makeTyping, type Writing } from "./typing.ts"

interface Page {
  readonly after: string | undefined
  readonly limit: number
}

/** So many of those who are there are looked at for one page. */
const scanned = 2_000
const scannedAtOnce = 200

const cursor = pageCursor(UserId)

/** Who is there and who is writing, told to those who have them in view and to nobody else. */
export class Presence extends Context.Service<
  Presence,
  {
    /** A `Sync` has begun on a connection: for as long as the scope is open, it is a device that is there. */
    readonly begin: (
      connection: ServerClient,
      follower: Follower,
    ) => Effect.Effect<void, StorageUnavailable, Scope.Scope>
    /** Somebody was active at this device, so many milliseconds ago. */
    readonly touch: (connection: ServerClient, idle: number) => Effect.Effect<void>
    /** After the commit: the account wants to be seen like this. */
    readonly chosen: (account: UserId, choice: PresenceChoice) => Effect.Effect<void>
    /** What is in view of a connection from now on, besides friends; how those in it are seen. */
    readonly watch: (
      account: UserId,
      connection: ServerClient,
      conversations: ReadonlyArray<ConversationId>,
    ) => Effect.Effect<ReadonlyArray<Seen>, TooLarge | StorageUnavailable>
    /** Somebody is writing; what is said too often is dropped. */
    readonly typing: (
      account: UserId,
      writing: Writing,
    ) => Effect.Effect<void, ConversationNotFound | NotMember | StorageUnavailable>
    /** Those who are there and are friends of an account, or share a conversation with it. */
    readonly online: (
      account: UserId,
      page: Page,
    ) => Effect.Effect<
      { readonly users: ReadonlyArray<OnlineUser>; readonly next: string | null },
      BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/presence/Presence") {
  static readonly layer = Layer.effect(
    Presence,
    Effect.gen(function* () {
      const { limits, awayAfter } = yield* ServerConfig
      const hub = yield* Hub
      const store = yield* PresenceStore
      const directory = yield* Directory
      const reader = yield* makePresenceReader
      const lastSeen = yield* makeLastSeen
      const watchers = new WeakMap<ServerClient, Watcher>()

      const describe = Effect.fnUntraced(function* (
        viewers: ReadonlyArray<UserId>,
        accounts: ReadonlyArray<UserId>,
      ): Effect.fn.Return<View, StorageUnavailable> {
        const reach = yield* store.get(accounts)
        const absent = accounts.filter((account) => !reach.has(account))
        const stored = yield* reader.lastSeen(absent)
        // Read last: what somebody does after a block is not told, whatever happens at the same moment.
        const apart = yield* reader.apart(viewers, accounts)
        const all = new Map(
          accounts.map((user): readonly [UserId, Seen] => {
            const state = stateOf(reach.get(user))
            // What is not told of who hides, is not told of what this node knows either.
            const seen = stored.has(user) ? (lastSeen.get(user) ?? stored.get(user) ?? null) : null
            return [user, { user, state, lastSeen: seen }]
          }),
        )
        // To each other they are like people who are invisible.
        return (viewer, user) =>
          apart.get(viewer)?.has(user) ? { user, state: "offline", lastSeen: null } : all.get(user)
      })

      const describeTo = Effect.fnUntraced(function* (viewer: UserId, accounts: ReadonlySet<UserId>) {
        const users = [...accounts].filter((user) => user !== viewer)
        const view = yield* describe([viewer], users)
        return users.flatMap((user) => view(viewer, user) ?? [])
      })

      const announcer = yield* makeAnnouncer(describe)
      const rosters = yield* makeRosters(reader, announcer.members)
      const typing = yield* makeTyping(rosters)
      const moved = (account: UserId) => hub.publish({ _tag: "PresenceMoved", account })
      const devices = yield* makeDevices({ store, lastSeen, awayAfter: Duration.toMillis(awayAfter), moved })

      const begin = Effect.fnUntraced(function* (connection: ServerClient, follower: Follower) {
        const { account } = follower
        const choice = yield* reader.choice(account)
        const watcher = newWatcher(account, follower)
        yield* Effect.acquireRelease(
          Effect.suspend(() => {
            watchers.set(connection, watcher)
            return devices.begin(connection, account, choice)
          }),
          (device) =>
            Effect.suspend(() => {
              rosters.leave(watcher)
              announcer.forget(watcher)
              if (watchers.get(connection) === watcher) watchers.delete(connection)
              return devices.end(connection, device)
            }),
        )
      })

      const watch = Effect.fnUntraced(function* (
        account: UserId,
        connection: ServerClient,
        conversations: ReadonlyArray<ConversationId>,
      ) {
        if (conversations.length > limits.watched) {
          const actual = conversations.length
          return yield* new TooLarge({ what: "list of watched conversations", limit: limits.watched, actual })
        }
        const watcher = watchers.get(connection)
        if (watcher === undefined || watcher.account !== account) return yield* look(account, conversations)
        watcher.answering = true
        return yield* view(watcher, conversations).pipe(Effect.ensuring(Effect.sync(() => (watcher.answering = false))))
      })

      const view = Effect.fnUntraced(function* (watcher: Watcher, conversations: ReadonlyArray<ConversationId>) {
        yield* rosters.watch(watcher, conversations)
        const members = new Set<UserId>()
        for (const roster of watcher.rosters) for (const member of roster.members) members.add(member)
        const seen = yield* describeTo(watcher.account, members)
        announcer.answered(watcher, seen)
        return seen
      })

      /** Once, where nothing can follow. */
      const look = Effect.fnUntraced(function* (account: UserId, conversations: ReadonlyArray<ConversationId>) {
        const rows = yield* reader.members(conversations, [account])
        const own = new Set(rows.flatMap(({ member, conversation }) => (member === account ? [conversation] : [])))
        const members = rows.flatMap((row) => (row.shown && own.has(row.conversation) ? [row.member] : []))
        const friends = (yield* reader.friends([account])).map(({ user }) => user)
        return yield* describeTo(account, new Set([...members, ...friends]))
      })

      const online = Effect.fn("Presence.online")(function* (account: UserId, { after, limit }: Page) {
        let last = yield* cursor.decode(after)
        const found: Array<UserId> = []
        let isMore = true
        for (let looked = 0; isMore && looked < scanned && found.length <= limit; looked += scannedAtOnce) {
          const candidates: ReadonlyArray<UserId> = yield* store.page(last, scannedAtOnce)
          isMore = candidates.length === scannedAtOnce
          last = candidates.at(-1) ?? last
          found.push(...(yield* reader.near(account, candidates)))
        }
        const page = found.slice(0, limit)
        const [users, reach] = [yield* directory.resolve(page), yield* store.get(page)]
        const next = found.length > limit ? page.at(-1) : isMore ? last : undefined
        return {
          users: page.flatMap((id): ReadonlyArray<OnlineUser> => {
            const state = stateOf(reach.get(id))
            return state === "offline" ? [] : [{ user: knownUser(users, id), state }]
          }),
          next: next === undefined ? null : yield* Effect.orDie(cursor.encode(next)),
        }
      })

      const advanced = (log: LogId, events: ReadonlyArray<LogEvent> | undefined): void => {
        for (const event of events ?? []) {
          if (event.type === "MessagePosted") typing.posted(log, event.data.message.author.id)
        }
        // Only messages leave the members as they are; what is not told has to be looked at.
        if (events?.every((event) => "message" in event.data) !== true) rosters.suspect(log)
      }

      const notify = (notice: Notice): void => {
        switch (notice._tag) {
          case "PresenceMoved":
            return announcer.moved(notice.account, rosters.of(notice.account))
          case "RelationChanged":
            return announcer.related(notice.account, notice.user, rosters.all())
          case "Typed":
            return typing.tell(notice.typist, notice.apart)
          case "LogAdvanced":
            return advanced(notice.log, notice.events)
        }
      }

      const sweep = Effect.gen(function* () {
        yield* devices.check
        for (const account of yield* store.expire) yield* moved(account)
      })

      yield* hub.subscribe(notify)
      yield* Effect.forkScoped(
        rounds("who is away could not be found", Effect.andThen(sweep, Effect.sleep("5 seconds"))),
      )
      const chosen = (account: UserId, choice: PresenceChoice) =>
        Effect.andThen(store.choose(account, choice), moved(account))
      return Presence.of({ begin, touch: devices.touch, chosen, watch, typing: typing.say, online })
    }),
  )
}

const newWatcher = (account: UserId, follower: Follower): Watcher => ({
  account,
  follower,
  rosters: new Set(),
  sent: new Map(),
  pending: new Set(),
  answering: false,
})

/** How others see somebody whose devices come to this. */
const stateOf = (reach: Reach | undefined): PresenceState => {
  if (reach === undefined || reach.choice === "invisible") return "offline"
  return reach.choice === "online" && reach.away ? "away" : reach.choice
}
