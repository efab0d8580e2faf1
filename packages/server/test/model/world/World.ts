// What there should be, as a pure model: nothing but logs of what happened, from which everything else is told anew each
// time. It shares the contract's types with the server, and neither SQL nor the reducer.
import type { Notifications } from "@chat/domain/Conversation"
import type { ConversationId, NoticeId, UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import type { Timestamp } from "@chat/domain/Values"
import type { Drafted } from "./drafts.ts"
import type { Reached } from "./marks.ts"
import type { Invited } from "./invitations.ts"
import type { Fact } from "./facts.ts"
import type { Noticed } from "./notices.ts"

/** One thing that happened. Its `seq` is its place in the log. */
export interface Happening {
  readonly fact: Fact
  readonly actor: UserId
  /** Known where a receipt says it. */
  readonly at: Timestamp | undefined
  /** Nobody else is told of it. */
  readonly onlyFor?: UserId | undefined
}

export type Log = ReadonlyArray<Happening>

/** One way in which everything can have happened. */
export interface World {
  /** Who looks after the server. */
  readonly admins: ReadonlyMap<UserId, true>
  /** Whose account was deleted. */
  readonly departed: ReadonlyMap<UserId, true>
  /** As they are called now. */
  readonly users: ReadonlyMap<UserId, User>
  /** By id: what they were called before, which somebody may not have heard of yet. */
  readonly formerly: ReadonlyMap<UserId, ReadonlyArray<User>>
  readonly logs: ReadonlyMap<string, Log>
  /** By account and command. */
  readonly commands: ReadonlyMap<string, Done>
  /** By account and conversation, in turn; the n-th has the `rev` n. */
  readonly positions: ReadonlyMap<string, ReadonlyArray<Position>>
  /** How far somebody has read in a thread: by account, conversation and thread, in turn; the n-th has the `rev` n. */
  readonly threadPositions: ReadonlyMap<string, ReadonlyArray<number>>
  /** By account and conversation, in turn. */
  readonly drafts: ReadonlyMap<string, ReadonlyArray<Drafted>>
  /** How far somebody has told others that they have got, by account and conversation. */
  readonly marks: ReadonlyMap<string, Reached>
  /** The same as it was when they blocked somebody: by that one, account and conversation. */
  readonly stillMarks: ReadonlyMap<string, Reached>
  /** Those that stand, by conversation and account. */
  readonly invitations: ReadonlyMap<string, Invited>
  /** All that there ever were in this program. */
  readonly notices: ReadonlyMap<NoticeId, Noticed>
}

/** How far somebody has read in a conversation, and what goes with that. */
export interface Position {
  readonly seq: number
  /** What they want to be told of; `undefined`: everything. */
  readonly notifications: Notifications | undefined
  /** Where their own log was: what they have hidden up to there does not count. */
  readonly own: number
}

/** Those who have an account. */
export const peopleIn = (world: World): ReadonlyArray<User> =>
  [...world.users.values()].filter(({ id }) => !world.departed.has(id))

/** Whether there is such an account, and it has not been deleted. */
export const isThereStill = ({ users, departed }: World, id: UserId): boolean => users.has(id) && !departed.has(id)

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
  // The first of them, as `run/caretaker.ts` has it.
  admins: new Map(beginners.slice(0, 1).map(({ user }) => [user.id, true])),
  users: new Map(beginners.map(({ user }) => [user.id, user])),
  formerly: new Map(),
  departed: new Map(),
  logs: new Map(beginners.map(({ user, log }) => [user.id, log])),
  commands: new Map(),
  positions: new Map(),
  threadPositions: new Map(),
  drafts: new Map(),
  marks: new Map(),
  stillMarks: new Map(),
  invitations: new Map(),
  notices: new Map(),
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

type Entries = ReadonlyArray<readonly [seq: number, Happening]>

/** What is told of a log over and over again is worked out once: a log never changes, it gets longer as another one. */
export const onceFor = <A>(workOut: (log: Log) => A): ((log: Log) => A) => {
  const known = new WeakMap<Log, A>()
  return (log) => {
    const before = known.get(log)
    if (before !== undefined) return before
    const found = workOut(log)
    known.set(log, found)
    return found
  }
}

const entriesOf = onceFor((log): Entries => log.map((happening, index) => [index + 1, happening]))

/** What happened up to `until`, with its `seq`. */
export const upTo = (log: Log, until = Infinity): Entries =>
  until >= log.length ? entriesOf(log) : entriesOf(log).slice(0, until)

const changesOf = onceFor((log) => {
  const changes = new Map<number, Entries>()
  const ends = entriesOf(log).filter(([, { fact }]) => fact.type === "RoomDeleted")
  for (const entry of entriesOf(log)) {
    const { fact } = entry[1]
    // What is said in a thread changes the message that began it.
    const message = fact.type === "MessagePosted" ? fact.thread : "message" in fact ? fact.message : undefined
    if (message !== undefined) changes.set(message, [...(changes.get(message) ?? []), entry])
  }
  return { ends, changes: new Map([...changes].map(([message, entries]) => [message, [...entries, ...ends]])) }
})

/** What happened to a message up to `until`, of what somebody is told; the end of its room is among that. */
export const changesTo = (log: Log, message: number, viewer: UserId | undefined, until = Infinity): Entries => {
  const { ends, changes } = changesOf(log)
  return (changes.get(message) ?? ends).filter(([seq, { onlyFor }]) => seq <= until && isTold(onlyFor, viewer))
}

const isTold = (onlyFor: UserId | undefined, viewer: UserId | undefined): boolean =>
  onlyFor === undefined || viewer === undefined || onlyFor === viewer

export const userOf = (world: World, id: UserId): User => {
  const user = world.users.get(id)
  if (user === undefined) throw new Error(`The model has no user ${id}`)
  return user
}

export const known = (at: Timestamp | undefined): Timestamp => {
  if (at === undefined) throw new Error("The model was not told when this happened")
  return at
}

/** The same, of what somebody is told; without a viewer all of it. */
export const toldTo = (log: Log, viewer: UserId | undefined, until = Infinity) =>
  upTo(log, until).filter(([, { onlyFor }]) => isTold(onlyFor, viewer))

/** The world in which this has happened too. */
export const append = (
  world: World,
  log: string,
  actor: UserId,
  fact: Fact,
  at?: Timestamp,
  onlyFor?: UserId,
): World => ({
  ...world,
  logs: new Map(world.logs).set(log, [...logOf(world, log), { fact, actor, at, onlyFor }]),
})
