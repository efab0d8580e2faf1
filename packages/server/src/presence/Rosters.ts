import type { ConversationId, LogId, UserId } from "@chat/domain/Ids"
import type { PresenceState } from "@chat/domain/Presence"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Follower } from "../followers/Follower.ts"
import { makeIndex } from "../followers/Index.ts"
import { rounds } from "../rounds/rounds.ts"
import type { PresenceReader } from "./PresenceReader.ts"

/** One connection that has conversations in view. */
export interface Watcher {
  readonly account: UserId
  readonly follower: Follower
  readonly rosters: Set<Roster>
  /** How others were seen according to what was sent last. */
  readonly sent: Map<UserId, PresenceState>
  /** Those of whom something is to be said. */
  pending: Set<UserId>
  /** A `Watch` of it is being answered, after which there may be nothing to say. */
  answering: boolean
}

/** Somebody's friends, as what they have in view: no conversation is called like that. */
type Friends = `friends of ${UserId}`
const friendsOf = (account: UserId): Friends => `friends of ${account}`

/** A conversation that is in somebody's view on this node, or their friends: who is in it, who watches it. */
export interface Roster {
  readonly key: ConversationId | Friends
  /** Whose friends these are, who alone watches them; `undefined`: it is a conversation. */
  readonly owner: UserId | undefined
  members: ReadonlySet<UserId>
  readonly watchers: Set<Watcher>
  /** Who is in it may have changed: nothing is told until it has been read again. */
  stale: boolean
  /** How often that has been so. */
  suspicions: number
}

/**
 * Who is in what is in view on this node, friends among it. Read once per conversation, however many watch it, and again when something
 * happened in it that may have changed its members: who has been removed sees nothing more from that moment on.
 */
export const makeRosters = Effect.fnUntraced(function* (
  reader: PresenceReader,
  /** There may be something to say to them of these people. */
  onMembers: (watchers: Iterable<Watcher>, members: ReadonlySet<UserId>) => void,
) {
  const rosters = new Map<string, Roster>()
  const byMember = makeIndex<UserId, Roster>()
  const stale = new Set<Roster>()
  const wake = Latch.makeUnsafe(false)

  const leave = (watcher: Watcher, roster: Roster): void => {
    watcher.rosters.delete(roster)
    roster.watchers.delete(watcher)
    if (roster.watchers.size > 0) return
    rosters.delete(roster.key)
    stale.delete(roster)
    for (const member of roster.members) byMember.remove(member, roster)
  }

  const enter = (watcher: Watcher, key: Roster["key"], owner: UserId | undefined): void => {
    const known = rosters.get(key)
    const roster: Roster = known ?? {
      key,
      owner,
      members: new Set(),
      watchers: new Set(),
      stale: true,
      suspicions: 0,
    }
    if (roster.watchers.has(watcher)) return
    rosters.set(key, roster)
    roster.watchers.add(watcher)
    watcher.rosters.add(roster)
    // Whether this one is a member is not known before it has been read.
    doubt(roster)
  }

  const doubt = (roster: Roster): void => {
    roster.stale = true
    roster.suspicions++
  }

  const suspect = (key: string): void => {
    const roster = rosters.get(key)
    if (roster === undefined) return
    doubt(roster)
    stale.add(roster)
    wake.openUnsafe()
  }

  /** Reads who is in these and who of the watchers still is. */
  const refresh = Effect.fnUntraced(function* (some: Iterable<Roster>) {
    const read = [...some].filter((roster) => rosters.get(roster.key) === roster)
    if (read.length === 0) return
    const before = new Map(read.map((roster) => [roster, roster.suspicions]))
    for (const roster of read) stale.delete(roster)
    // Nobody else would read it.
    const people = yield* Effect.onError(peopleIn(read), () =>
      Effect.sync(() => read.forEach(({ key }) => suspect(key))),
    )
    for (const roster of read) {
      const { members, present } = people(roster)
      roster.stale = roster.suspicions !== before.get(roster)
      replace(roster, members, present)
    }
  })

  /** Who is to be shown in each of these, and who of its watchers may still see that. */
  const peopleIn = Effect.fnUntraced(function* (some: ReadonlyArray<Roster>) {
    const watchers = new Set(some.flatMap((roster) => [...roster.watchers].map(({ account }) => account)))
    const rows = yield* reader.members(
      some.flatMap(({ key, owner }) => (owner === undefined ? [key as ConversationId] : [])),
      [...watchers],
    )
    const friends = yield* reader.friends(some.flatMap(({ owner }) => owner ?? []))
    return ({ key, owner }: Roster) => {
      if (owner !== undefined) {
        const own = friends.flatMap(({ account, user }) => (account === owner ? [user] : []))
        return { members: new Set(own), present: new Set([owner]) }
      }
      const found = rows.filter(({ conversation }) => conversation === key)
      return {
        members: new Set(found.flatMap(({ member, shown }) => (shown ? [member] : []))),
        present: new Set(found.map(({ member }) => member)),
      }
    }
  })

  const replace = (roster: Roster, members: ReadonlySet<UserId>, present: ReadonlySet<UserId>): void => {
    for (const member of roster.members) if (!members.has(member)) byMember.remove(member, roster)
    roster.members = members
    if (rosters.get(roster.key) === roster) for (const member of members) byMember.add(member, roster)
    // Who came while it was being read is judged by the next reading.
    if (!roster.stale) {
      for (const watcher of roster.watchers) if (!present.has(watcher.account)) leave(watcher, roster)
    }
    onMembers(roster.watchers, members)
  }

  /** From now on this and one's friends, and nothing else, are in view. */
  const watch = Effect.fnUntraced(function* (watcher: Watcher, conversations: ReadonlyArray<ConversationId>) {
    const friends = friendsOf(watcher.account)
    const wanted = new Set<Roster["key"]>([...conversations, friends])
    for (const roster of watcher.rosters) if (!wanted.has(roster.key)) leave(watcher, roster)
    for (const key of wanted) enter(watcher, key, key === friends ? watcher.account : undefined)
    yield* refresh(watcher.rosters)
  })

  const keepFresh = wake.await.pipe(
    Effect.andThen(
      Effect.suspend(() => {
        wake.closeUnsafe()
        return refresh(stale)
      }),
    ),
    Effect.catch(() => Effect.sleep("1 second")),
  )
  yield* Effect.forkScoped(rounds("who is where could not be read", keepFresh))

  return {
    get: (conversation: string) => rosters.get(conversation),
    all: () => rosters.values(),
    /** What is in somebody's view, now. */
    of: (member: UserId) => byMember.get(member),
    watch,
    /** Something happened in this log that may have changed who is in the conversation, or who are friends. */
    suspect: (log: LogId) => {
      suspect(log)
      // That of an account has its id; of a conversation nobody is a friend.
      suspect(friendsOf(log as string as UserId))
    },
    leave: (watcher: Watcher) => {
      for (const roster of watcher.rosters) leave(watcher, roster)
    },
  }
})

export type Rosters = Effect.Success<ReturnType<typeof makeRosters>>

/** Whether somebody is in view of a watcher; `undefined`: that is being read. */
export const inView = (watcher: Watcher, account: UserId): boolean | undefined => {
  let isStale = false
  for (const { stale, members } of watcher.rosters) {
    if (!stale && members.has(account)) return true
    isStale ||= stale
  }
  return isStale ? undefined : false
}
