import type { UserId } from "@chat/domain/Ids"
import type { PresenceChoice } from "@chat/domain/Presence"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ServerClient } from "effect/rpc/Rpc"
import { type Device, deviceTtl, type PresenceStore } from "./PresenceStore.ts"

interface Local {
  device: Device
  activeAt: number
  /** Nobody has said so yet: it has only just come. */
  assumed: boolean
}

export interface DevicesOptions {
  readonly store: PresenceStore["Service"]
  readonly lastSeen: { readonly note: (account: UserId, at: number) => void }
  /** Without activity for so many milliseconds a device is away. */
  readonly awayAfter: number
  /** How an account is seen may have changed. */
  readonly moved: (account: UserId) => Effect.Effect<void>
}

/** The devices that are connected to this node, and whether anybody is active at them. */
export const makeDevices = Effect.fnUntraced(function* ({ store, lastSeen, awayAfter, moved }: DevicesOptions) {
  const local = new Map<ServerClient, Local>()
  const node = crypto.randomUUID()
  let made = 0
  let keptAt = yield* Clock.currentTimeMillis

  const begin = Effect.fnUntraced(function* (connection: ServerClient, account: UserId, choice: PresenceChoice) {
    const activeAt = yield* Clock.currentTimeMillis
    const device: Device = { key: `${node}/${++made}`, account, away: false }
    const one: Local = { device, activeAt, assumed: true }
    local.set(connection, one)
    lastSeen.note(account, activeAt)
    yield* store.keep([device])
    yield* store.choose(account, choice)
    yield* moved(account)
    return one
  })

  const end = Effect.fnUntraced(function* (connection: ServerClient, one: Local) {
    if (local.get(connection) === one) local.delete(connection)
    const { device, activeAt } = one
    // Whoever was away was there last when they were active last.
    lastSeen.note(device.account, device.away ? activeAt : yield* Clock.currentTimeMillis)
    yield* store.drop(device)
    yield* moved(device.account)
  })

  const turn = Effect.fnUntraced(function* (one: Local, away: boolean) {
    if (one.device.away === away) return
    one.device = { ...one.device, away }
    yield* store.keep([one.device])
    yield* moved(one.device.account)
  })

  const touch = (connection: ServerClient, idle: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const one = local.get(connection)
      if (one === undefined) return Effect.void
      return Effect.flatMap(Clock.currentTimeMillis, (now) => {
        one.activeAt = one.assumed ? now - idle : Math.max(one.activeAt, now - idle)
        one.assumed = false
        const away = now - one.activeAt >= awayAfter
        if (!away) lastSeen.note(one.device.account, one.activeAt)
        return turn(one, away)
      })
    })

  /** Who has become away, and that the others are still there. */
  const check = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const one of local.values()) if (now - one.activeAt >= awayAfter) yield* turn(one, true)
    if (now - keptAt < deviceTtl / 3) return
    keptAt = now
    yield* store.keep([...local.values()].map(({ device }) => device))
  })

  return { begin, end, touch, check }
})
