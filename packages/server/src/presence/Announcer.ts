import type { StorageUnavailable } from "@chat/domain/Errors"
import type { UserId } from "@chat/domain/Ids"
import type { Presence } from "@chat/domain/Presence"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { presenceKey } from "../followers/Whispers.ts"
import { rounds } from "../rounds/rounds.ts"
import { inView, type Roster, type Watcher } from "./Rosters.ts"

/** How people are seen, by somebody. */
export type View = (viewer: UserId, user: UserId) => Presence | undefined
type Describe = (
  viewers: ReadonlyArray<UserId>,
  accounts: ReadonlyArray<UserId>,
) => Effect.Effect<View, StorageUnavailable>

/** So many people go into one item, which then fits into a frame. */
const atOnce = 200
const pause = "1 second"

/**
 * Tells watchers how people are seen: of all that has changed since the last time, once a second. Nothing waits in a
 * queue: who cannot take it now is told later, of how things are then.
 */
export const makeAnnouncer = Effect.fnUntraced(function* (describe: Describe) {
  const due = new Set<Watcher>()
  const wake = Latch.makeUnsafe(false)

  const note = (watcher: Watcher, account: UserId): void => {
    if (watcher.account === account) return
    watcher.pending.add(account)
    due.add(watcher)
  }

  const moved = (account: UserId, rosters: Iterable<Roster>): void => {
    for (const { watchers } of rosters) for (const watcher of watchers) note(watcher, account)
    if (due.size > 0) wake.openUnsafe()
  }

  /** These two may be seen otherwise by each other, wherever that is. */
  const related = (one: UserId, other: UserId, rosters: Iterable<Roster>): void => {
    for (const { watchers } of rosters) {
      for (const watcher of watchers) {
        if (watcher.account === one) note(watcher, other)
        else if (watcher.account === other) note(watcher, one)
      }
    }
    if (due.size > 0) wake.openUnsafe()
  }

  /** Who is in view has been read: those of whom nothing was said yet are told. */
  const members = (watchers: Iterable<Watcher>, shown: ReadonlySet<UserId>): void => {
    for (const watcher of watchers) for (const member of shown) if (!watcher.sent.has(member)) note(watcher, member)
    if (due.size > 0) wake.openUnsafe()
  }

  /** What `Watch` has answered need not be said again, and nothing older may come after it. */
  const answered = (watcher: Watcher, seen: ReadonlyArray<Presence>): void => {
    watcher.follower.whispers.delete(presenceKey)
    watcher.sent.clear()
    for (const { user, state } of seen) watcher.sent.set(user, state)
  }

  const tell = (watcher: Watcher, some: Iterable<UserId>, view: View): void => {
    // Or what was said the last time has not been taken yet.
    const isBusy = watcher.answering || watcher.follower.whispers.has(presenceKey)
    const users: Array<Presence> = []
    for (const account of some) {
      const isSeen = inView(watcher, account)
      const presence = view(watcher.account, account)
      if (isBusy || isSeen === undefined || users.length === atOnce) note(watcher, account)
      else if (isSeen && presence !== undefined && watcher.sent.get(account) !== presence.state) users.push(presence)
    }
    if (users.length === 0) return
    const isSaid = watcher.follower.whisper(presenceKey, { _tag: "PresenceChanged", users })
    for (const { user, state } of users) {
      if (isSaid) watcher.sent.set(user, state)
      else note(watcher, user)
    }
  }

  const round = Effect.suspend(() => {
    wake.closeUnsafe()
    // Whoever moves from here on is looked at again.
    const turn = [...due].map((watcher) => ({ watcher, some: watcher.pending }))
    for (const { watcher } of turn) watcher.pending = new Set()
    due.clear()
    const accounts = new Set(turn.flatMap(({ some }) => [...some]))
    const viewers = new Set(turn.map(({ watcher }) => watcher.account))
    return describe([...viewers], [...accounts]).pipe(
      Effect.tap((view) =>
        Effect.sync(() => {
          for (const { watcher, some } of turn) tell(watcher, some, view)
        }),
      ),
      Effect.tapError(() =>
        Effect.sync(() => {
          for (const { watcher, some } of turn) for (const account of some) note(watcher, account)
        }),
      ),
      Effect.ensuring(Effect.sync(() => due.size > 0 && wake.openUnsafe())),
    )
  })

  // What could not be read is still due.
  const next = wake.await.pipe(Effect.andThen(round), Effect.ignore, Effect.andThen(Effect.sleep(pause)))
  yield* Effect.forkScoped(rounds("how people are could not be told", next))

  return { moved, related, members, answered, forget: (watcher: Watcher): void => void due.delete(watcher) }
})
