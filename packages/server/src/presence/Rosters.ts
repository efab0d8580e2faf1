import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { PresenceState } from "@chat/domain/Presence"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Follower } from "../followers/Follower.ts"
import { makeIndex } from "../followers/Index.ts"
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

/** A conversation that is in somebody's view on this node: who is in it, who watches it. */
export interface Roster {
  readonly conversation: ConversationId
  members: ReadonlySet<UserId>
  readonly watchers: Set<Watcher>
  /** Who is in it may have changed: nothing is told until it has been read again. */
  stale: boolean
  /** How often that has been so. */
  suspicions: number
}

/**
 * Who is in what is in view on this node. Read once per conversation, however many watch it, and again when something
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
    rosters.delete(roster.conversation)
    stale.delete(roster)
    for (const member of roster.members) byMember.remove(member, roster)
  }

  const enter = (watcher: Watcher, conversation: ConversationId): void => {
    const known = rosters.get(conversation)
    const roster: Roster = known ?? {
      conversation,
      members: new Set(),
      watchers: new Set(),
      stale: true,
      suspicions: 0,
    }
    if (roster.watchers.has(watcher)) return
    rosters.set(conversation, roster)
    roster.watchers.add(watcher)
    watcher.rosters.add(roster)
    // Whether this one is a member is not known before it has been read.
    doubt(roster)
  }

  const doubt = (roster: Roster): void => {
    roster.stale = true
    roster.suspicions++
  }

  const suspect = (conversation: string): void => {
    const roster = rosters.get(conversation)
    if (roster === undefined) return
    doubt(roster)
    stale.add(roster)
    wake.openUnsafe()
  }

  /** Reads who is in these and who of the watchers still is. */
  const refresh = Effect.fnUntraced(function* (some: Iterable<Roster>) {
    const read = [...some].filter((roster) => rosters.get(roster.conversation) === roster)
    if (read.length === 0) return
    const before = new Map(read.map((roster) => [roster, roster.suspicions]))
    for (const roster of read) stale.delete(roster)
    const watchers = new Set(read.flatMap((roster) => [...roster.watchers].map(({ account }) => account)))
    const rows = yield* reader
      .members(
        read.map(({ conversation }) => conversation),
        [...watchers],
      )
      // Nobody else would read it.
      .pipe(Effect.onError(() => Effect.sync(() => read.forEach(({ conversation }) => suspect(conversation)))))
    for (const roster of read) {
      const found = rows.filter(({ conversation }) => conversation === roster.conversation)
      roster.stale = roster.suspicions !== before.get(roster)
      replace(
        roster,
        new Set(found.flatMap(({ member, shown }) => (shown ? [member] : []))),
        new Set(found.map(({ member }) => member)),
      )
    }
  })

  const replace = (roster: Roster, members: ReadonlySet<UserId>, present: ReadonlySet<UserId>): void => {
    for (const member of roster.members) if (!members.has(member)) byMember.remove(member, roster)
    roster.members = members
    if (rosters.get(roster.conversation) === roster) for (const member of members) byMember.add(member, roster)
    // Who came while it was being read is judged by the next reading.
    if (!roster.stale) {
      for (const watcher of roster.watchers) if (!present.has(watcher.account)) leave(watcher, roster)
    }
    onMembers(roster.watchers, members)
  }

  /** From now on this, and nothing else, is in view. */
  const watch = Effect.fnUntraced(function* (watcher: Watcher, conversations: ReadonlyArray<ConversationId>) {
    const wanted = new Set(conversations)
    for (const roster of watcher.rosters) if (!wanted.has(roster.conversation)) leave(watcher, roster)
    for (const conversation of wanted) enter(watcher, conversation)
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
    Effect.forever,
  )
  yield* Effect.forkScoped(keepFresh)

  return {
    get: (conversation: string) => rosters.get(conversation),
    all: () => rosters.values(),
    /** What is in somebody's view, now. */
    of: (member: UserId) => byMember.get(member),
    watch,
    /** Something happened there that may have changed who is in it. */
    suspect,
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
