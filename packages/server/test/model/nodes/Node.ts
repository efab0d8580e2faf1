// Nodes as devices and people meet them: through clients of the contract, straight to the handlers or over sockets.
import type { Ban } from "@chat/domain/Room"
import type { ContactPage, Contacts } from "@chat/domain/Contact"
import type { Conversation, MemberPage, Room, Receipt } from "@chat/domain/Conversation"
import type { ListedDraft } from "@chat/domain/Draft"
import type { Notice } from "@chat/domain/Notice"
import type { ReadMarksPage } from "@chat/domain/ReadMarks"
import type { ReadPosition } from "@chat/domain/ReadPosition"
import { type ConversationId, CommandId, type LogId, type MessageId, type UserId } from "@chat/domain/Ids"
import type { HistoryPage, Message, ThreadPage } from "@chat/domain/Message"
import type { ListStars } from "@chat/domain/PersonalRpcs"
import type { Invitation, InviteLink, SentInvitation } from "@chat/domain/Invite"
import type { CreateInviteLink } from "@chat/domain/InviteRpcs"
import type { ListReactions } from "@chat/domain/ReactionRpcs"
import type { ThreadSummary } from "@chat/domain/Thread"
import type { ListedSession } from "@chat/domain/Session"
import type { Cursor, LogPage, SyncItem } from "@chat/domain/Sync"
import type { Account, AccountReceipt, Profile } from "@chat/domain/User"
import { DeviceName, Email, Query, type Seq, type Stamp, Username } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { type Client, inMemory, Transport, webSocketAt } from "../../contract/transports.ts"
import { Database } from "../../../src/storage/Database.ts"
import { layerHandlers, layerNode } from "../../../src/Node.ts"
import { withoutTraces } from "../../../src/operations/telemetry.ts"
import type { HistoryQuery } from "../../../src/messages/History.ts"
import type { Hub } from "../../../src/hub/Hub.ts"
import { Delivery } from "../../../src/delivery/Delivery.ts"
import { Listening } from "../../../src/connections/HttpServer.ts"
import type { ServerConfig } from "../../../src/config/ServerConfig.ts"
import type { Command, Tag } from "../commands/Command.ts"
import { type Beginner, type Happening } from "../world/World.ts"

/** Whatever a call can fail with, known by its tag. */
export interface Refusal {
  readonly _tag: string
}

export type Reactions = (typeof ListReactions.successSchema.Type)["reactions"]
type Stars = typeof ListStars.successSchema.Type
export type Star = Stars["stars"][number]
/** What says nothing more. */
interface Done {
  readonly done: true
}

type LinkReceipt = typeof CreateInviteLink.successSchema.Type
export type Result = Receipt | AccountReceipt | ReadPosition | LinkReceipt | Notice | { readonly rev: number } | Done

interface Page {
  readonly after: string | undefined
  readonly limit: number
}

interface SyncFrom {
  readonly cursors: ReadonlyArray<Cursor>
  readonly stamp: Stamp | undefined
}

/** A connection of an account. */
export interface Connection {
  readonly sync: (from: SyncFrom) => Stream.Stream<SyncItem, Refusal>
  readonly command: (command: Command) => Effect.Effect<Result, Refusal>
  readonly history: (query: HistoryQuery) => Effect.Effect<HistoryPage, Refusal>
  readonly members: (conversation: ConversationId, page: Page) => Effect.Effect<MemberPage, Refusal>
  readonly conversation: (conversation: ConversationId) => Effect.Effect<Conversation, Refusal>
  readonly conversations: (
    page: Page,
  ) => Effect.Effect<{ readonly conversations: ReadonlyArray<Conversation>; readonly next: string | null }, Refusal>
  readonly readLog: (log: LogId, after: Seq, limit: number) => Effect.Effect<typeof LogPage.Type, Refusal>
  readonly bans: (conversation: ConversationId) => Effect.Effect<ReadonlyArray<Ban>, Refusal>
  readonly rooms: (
    page: Page,
    query: string,
  ) => Effect.Effect<{ readonly rooms: ReadonlyArray<Room>; readonly next: string | null }, Refusal>
  readonly pins: (conversation: ConversationId) => Effect.Effect<ReadonlyArray<Message>, Refusal>
  readonly reactions: (conversation: ConversationId, message: MessageId) => Effect.Effect<Reactions, Refusal>
  readonly stars: (before: Seq | undefined, limit: number) => Effect.Effect<Stars, Refusal>
  readonly messages: (
    conversation: ConversationId,
    seqs: ReadonlyArray<Seq>,
  ) => Effect.Effect<ReadonlyArray<Message>, Refusal>
  readonly threads: (
    page: Page,
  ) => Effect.Effect<{ readonly threads: ReadonlyArray<ThreadSummary>; readonly next: string | null }, Refusal>
  readonly thread: (conversation: ConversationId, root: Seq) => Effect.Effect<ThreadPage, Refusal>
  readonly drafts: (
    page: Page,
  ) => Effect.Effect<{ readonly drafts: ReadonlyArray<ListedDraft>; readonly next: string | null }, Refusal>
  readonly invitations: (
    page: Page,
  ) => Effect.Effect<{ readonly invitations: ReadonlyArray<Invitation>; readonly next: string | null }, Refusal>
  readonly invited: (conversation: ConversationId) => Effect.Effect<ReadonlyArray<SentInvitation>, Refusal>
  readonly links: (conversation: ConversationId) => Effect.Effect<ReadonlyArray<InviteLink>, Refusal>
  readonly marks: (conversation: ConversationId) => Effect.Effect<ReadMarksPage, Refusal>
  readonly contacts: Effect.Effect<Contacts, Refusal>
  readonly notices: Effect.Effect<ReadonlyArray<Notice>, Refusal>
  readonly me: Effect.Effect<Account, Refusal>
  readonly sessions: Effect.Effect<ReadonlyArray<ListedSession>, Refusal>
  readonly profile: (user: UserId) => Effect.Effect<Profile, Refusal>
  readonly deleteAccount: (erase: boolean) => Effect.Effect<void, Refusal>
  readonly close: Effect.Effect<void>
}

export interface Node {
  /** A connection of its own. */
  readonly connect: (user: UserId) => Effect.Effect<Connection>
  /** One connection for all that does not need its own. */
  readonly as: (user: UserId) => Effect.Effect<Connection>
  /** Closes that one; the next time it is another. */
  readonly hangUp: (user: UserId) => Effect.Effect<void>
  readonly checkHeads: Effect.Effect<void, Refusal>
  readonly makeUser: (name: string) => Effect.Effect<Beginner>
  /** For what no client can do, such as restoring a backup. */
  readonly sql: PgClient
  /** Ends it, with what it has accepted done. */
  readonly stop: Effect.Effect<void>
}

export type NodeNeeds = Database | Hub | ServerConfig

/** Who has signed up, and what proves it to every node of a cluster. */
export type Tokens = Map<UserId, string>

interface Started {
  readonly transport: Layer.Layer<Transport>
  readonly checkHeads: Effect.Effect<void, Refusal>
  readonly sql: PgClient
}

/** Starts a node that is called straight; its services are its own, the database and the hub those of the layer. */
export const startNode = <E>(needs: Layer.Layer<NodeNeeds, E>, tokens: Tokens) =>
  start(
    Effect.map(Effect.context<Layer.Success<typeof layerHandlers> | Database>(), (context) => ({
      transport: Layer.provide(inMemory, Layer.succeedContext(context)),
      checkHeads: Context.get(context, Delivery).checkHeads,
      sql: Context.get(context, Database).write,
    })),
    layerHandlers.pipe(Layer.provideMerge(needs), Layer.provide(withoutTraces)),
    tokens,
  )

/** Starts a node that listens. It follows what its own hub tells it, so that it needs no other check of the heads. */
export const startSocketNode = <E>(needs: Layer.Layer<NodeNeeds, E>, tokens: Tokens) =>
  start(
    Effect.gen(function* () {
      const { host, port } = yield* Listening
      const { write } = yield* Database
      return { transport: webSocketAt(`${host}:${port}`), checkHeads: Effect.void, sql: write }
    }),
    layerNode.pipe(Layer.provideMerge(needs), Layer.provide(withoutTraces)),
    tokens,
  )

const start = <R, E>(started: Effect.Effect<Started, never, R>, layer: Layer.Layer<R, E>, tokens: Tokens) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithMemoMap(layer, Layer.makeMemoMapUnsafe(), scope)
    const { transport, checkHeads, sql } = yield* Effect.provideContext(started, context)
    const dial = Effect.flatMap(Transport, ({ connect }) => connect).pipe(Effect.provide(transport))

    const open = Effect.fnUntraced(function* (user: UserId) {
      const own = yield* Scope.fork(scope)
      const dialled = yield* Scope.provide(dial, own)
      dialled.token = tokens.get(user)
      return connectionOf(dialled.client, Scope.close(own, Exit.void))
    })
    const shared = new Map<UserId, Connection>()

    return {
      connect: open,
      as: Effect.fnUntraced(function* (user) {
        const connection = shared.get(user) ?? (yield* open(user))
        shared.set(user, connection)
        return connection
      }),
      hangUp: Effect.fnUntraced(function* (user) {
        const connection = shared.get(user)
        shared.delete(user)
        yield* connection?.close ?? Effect.void
      }),
      checkHeads,
      makeUser: (name) =>
        Effect.orDie(Effect.scoped(Effect.flatMap(dial, ({ client }) => signUp(client, name, tokens)))),
      sql,
      stop: Scope.close(scope, Exit.void),
    } satisfies Node
  })

const begun = (actor: UserId, type: "AccountCreated" | "SessionStarted"): Happening => ({
  fact: { type },
  actor,
  at: undefined,
})

const password = "correct horse battery"

const signUp = Effect.fnUntraced(function* (client: Client, name: string, known: Tokens) {
  const { account, tokens } = yield* client.SignUp({
    commandId: CommandId.make(randomUUID()),
    username: Username.make(name),
    email: Email.make(`${name}@example.org`),
    password,
    device: DeviceName.make("laptop"),
  })
  known.set(account.id, tokens.accessToken)
  const user = { id: account.id, username: account.username }
  return { user, log: [begun(user.id, "AccountCreated"), begun(user.id, "SessionStarted")] }
})

const connectionOf = (client: Client, close: Effect.Effect<void>): Connection => ({
  sync: ({ cursors, stamp }) => client.Sync({ cursors, ...(stamp === undefined ? {} : { stamp }) }),
  command: ({ type, actor: _, ...payload }) => call(client, type, payload),
  history: (query) => client.History(query),
  members: (conversation, page) => client.ListMembers({ conversation, ...pageOf(page) }),
  conversation: (conversation) => client.GetConversation({ conversation }),
  conversations: (page) => client.ListConversations(pageOf(page)),
  readLog: (log, after, limit) => client.ReadLog({ log, after, limit }),
  bans: (conversation) => Effect.map(client.ListBans({ conversation, limit: 100 }), ({ bans }) => bans),
  rooms: (page, query) => client.ListRooms({ query: Query.make(query), ...pageOf(page) }),
  pins: (conversation) => Effect.map(client.ListPins({ conversation }), ({ messages }) => messages),
  reactions: (conversation, message) =>
    Effect.map(client.ListReactions({ conversation, message, limit: 100 }), ({ reactions }) => reactions),
  stars: (before, limit) => client.ListStars({ limit, ...(before === undefined ? {} : { before }) }),
  messages: (conversation, seqs) => Effect.map(client.GetMessages({ conversation, seqs }), ({ messages }) => messages),
  threads: (page) => client.ListThreads(pageOf(page)),
  thread: (conversation, root) => client.Thread({ conversation, root, limit: 100 }),
  drafts: (page) => client.ListDrafts(pageOf(page)),
  invitations: (page) => client.ListInvitations(pageOf(page)),
  invited: (conversation) =>
    Effect.map(client.ListRoomInvitations({ conversation, limit: 100 }), ({ invitations }) => invitations),
  links: (conversation) => Effect.map(client.ListInviteLinks({ conversation, limit: 100 }), ({ links }) => links),
  marks: (conversation) => client.ListMarks({ conversation }),
  contacts: Effect.all({
    friends: contactsIn(client.ListFriends({ limit: 100 })),
    sent: contactsIn(client.ListFriendRequests({ direction: "sent", limit: 100 })),
    received: contactsIn(client.ListFriendRequests({ direction: "received", limit: 100 })),
    blocks: contactsIn(client.ListBlocks({ limit: 100 })),
    preferences: client.GetPreferences(),
  }),
  notices: Effect.map(client.ListNotices(), ({ notices }) => notices),
  me: client.Me(),
  sessions: client.ListSessions(),
  deleteAccount: (erase) => client.DeleteAccount({ password, erase }),
  profile: (id) => client.GetUser({ id }),
  close,
})

const contactsIn = <E>(page: Effect.Effect<ContactPage, E>) => Effect.map(page, ({ contacts }) => contacts)

const call = (client: Client, type: Tag, payload: object) =>
  // The type of a command says which payload it has.
  Effect.map(
    (client[type] as (payload: object) => Effect.Effect<Result | void, Refusal>)(payload),
    (result): Result => result ?? { done: true },
  )

const pageOf = ({ after, limit }: Page) => ({ limit, ...(after === undefined ? {} : { after }) })
