import type { UserId } from "@chat/domain/Ids"
import type { PresenceChoice } from "@chat/domain/Presence"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** A connected device of an account. */
export interface Device {
  /** Unlike any other of any node. */
  readonly key: string
  readonly account: UserId
  /** Nobody was active at it for a while. */
  readonly away: boolean
}

/** What all the devices of an account come to. */
export interface Reach {
  readonly choice: PresenceChoice
  /** Nobody is active at any of them. */
  readonly away: boolean
}

/** For so many milliseconds a device counts; then its node must have said again that it is there. */
export const deviceTtl = 90_000

/**
 * Which devices are connected, to any node. What a node that was killed has said of its devices runs out by itself. This
 * one is for a single node; several share one behind the same methods.
 */
export class PresenceStore extends Context.Service<
  PresenceStore,
  {
    /** These devices are there, for `deviceTtl` from now on. */
    readonly keep: (devices: ReadonlyArray<Device>) => Effect.Effect<void>
    readonly drop: (device: Device) => Effect.Effect<void>
    /** How an account wants to be seen, which counts while a device of it is there. */
    readonly choose: (account: UserId, choice: PresenceChoice) => Effect.Effect<void>
    /** Those of these accounts that have a device, whatever they chose. */
    readonly get: (accounts: Iterable<UserId>) => Effect.Effect<ReadonlyMap<UserId, Reach>>
    /** Accounts that have a device, in the order of their ids, after one of them. */
    readonly page: (after: UserId | undefined, limit: number) => Effect.Effect<ReadonlyArray<UserId>>
    /** Accounts that have lost a device since the last time, because its node said nothing of it any more. */
    readonly expire: Effect.Effect<ReadonlyArray<UserId>>
  }
>()("@chat/server/presence/PresenceStore") {
  static readonly layerMemory = Layer.sync(PresenceStore, () => {
    interface Kept extends Device {
      until: number
    }
    const accounts = new Map<UserId, { choice: PresenceChoice; readonly devices: Map<string, Kept> }>()

    const of = (account: UserId) => {
      const known = accounts.get(account)
      if (known !== undefined) return known
      const made = { choice: "online" as PresenceChoice, devices: new Map<string, Kept>() }
      accounts.set(account, made)
      return made
    }

    const drop = ({ account, key }: Device): void => {
      const known = accounts.get(account)
      if (known?.devices.delete(key) && known.devices.size === 0) accounts.delete(account)
    }

    return PresenceStore.of({
      keep: (devices) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          for (const device of devices) {
            of(device.account).devices.set(device.key, { ...device, until: now + deviceTtl })
          }
        }),
      drop: (device) => Effect.sync(() => drop(device)),
      choose: (account, choice) =>
        Effect.sync(() => {
          const known = accounts.get(account)
          if (known !== undefined) known.choice = choice
        }),
      get: (ids) =>
        Effect.sync(() => {
          const found = new Map<UserId, Reach>()
          for (const id of ids) {
            const known = accounts.get(id)
            if (known === undefined) continue
            const away = [...known.devices.values()].every((device) => device.away)
            found.set(id, { choice: known.choice, away })
          }
          return found
        }),
      page: (after, limit) =>
        Effect.sync(() =>
          [...accounts.keys()]
            .filter((id) => after === undefined || id > after)
            .toSorted()
            .slice(0, limit),
        ),
      expire: Effect.map(Clock.currentTimeMillis, (now) => {
        const lost = new Set<UserId>()
        for (const { devices } of accounts.values()) {
          for (const device of devices.values()) {
            if (device.until > now) continue
            drop(device)
            lost.add(device.account)
          }
        }
        return [...lost]
      }),
    })
  })
}
