// What there should be, as a pure model: nothing but logs of what happened, from which everything else is told anew each
// time. It shares the contract's types with the server, and neither SQL nor the reducer.
import type { Notifications } from "@chat/domain/Conversation"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import type { Timestamp } from "@chat/domain/Values"
import type { Fact } from "./facts.ts"

/** One thing that happened. Its `seq` is its place in the log. */
export interface Happening {
  readonly fact: Fact
  readonly actor: UserId
  /** Known where a receipt says it. */
  readonly at: Timestamp | undefined
}

export type Log = ReadonlyArray<Happening>

/** One way in which everything can have happened. */
export interface World {
  /** As they are called now. */
  readonly users: ReadonlyMap<UserId, User>
  /** By id: what they were called before, which somebody may not have heard of yet. */
  readonly formerly: ReadonlyMap<UserId, ReadonlyArray<User>>
  readonly logs: ReadonlyMap<string, Log>
  /** By account and command. */
  readonly commands: ReadonlyMap<string, Done>
  /** By account and conversation, in turn; the n-th has the `rev` n. */
  readonly positions: ReadonlyMap<string, ReadonlyArray<Position>>
}

/** How far somebody has read in a conversation, and what goes with that. */
export interface Position {
  readonly seq: number
  /** What they want to be told of; `undefined`: everything. */
  readonly notifications: Notifications | undefined
  /** Where their own log was: what they have hidden up to there does not count. */
  readonly own: number
}

/** What a command came to. */
export interface Done {
  readonly type: string
  /** Of a conversation, or of the account that asked. */
  readonly log: string
  readonly seq: number
  readonly at: Timestamp | undefined
}

/** A new account, and what its log begins with. */
export interface Beginner {
  readonly user: User
  readonly log: Log
}

export const emptyWorld = (beginners: ReadonlyArray<Beginner>): World => ({
  users: new Map(beginners.map(({ user }) => [user.id, user])),
  formerly: new Map(),
  logs: new Map(beginners.map(({ user, log }) => [user.id, log])),
  commands: new Map(),
  positions: new Map(),
})

export const pair = (a: string, b: string): string => `${a}/${b}`

export const logOf = (world: World, id: string): Log => world.logs.get(id) ?? []

export const headOf = (world: World, id: string): number => logOf(world, id).length

/** The conversations that there are. */
export const conversationsIn = (world: World): ReadonlyArray<ConversationId> =>
  [...world.logs].flatMap(([id, log]) =>
    // A log that does not begin with an account is that of a conversation.
    log[0]?.fact.type === "AccountCreated" ? [] : [id as ConversationId],
  )

/** What happened up to `until`, with its `seq`. */
export const upTo = (log: Log, until = Infinity): ReadonlyArray<readonly [seq: number, Happening]> =>
  log.slice(0, until).map((happening, index) => [index + 1, happening])

export const userOf = (world: World, id: UserId): User => {
  const user = world.users.get(id)
  if (user === undefined) throw new Error(`The model has no user ${id}`)
  return user
}

export const known = (at: Timestamp | undefined): Timestamp => {
  if (at === undefined) throw new Error("The model was not told when this happened")
  return at
}

/** The world in which this has happened too. */
export const append = (world: World, log: string, actor: UserId, fact: Fact, at?: Timestamp): World => ({
  ...world,
  logs: new Map(world.logs).set(log, [...logOf(world, log), { fact, actor, at }]),
})
