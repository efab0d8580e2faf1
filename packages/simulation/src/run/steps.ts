import { newCommandId } from "@chat/client/ids"
import { ConversationId } from "@chat/domain/Ids"
import { Body } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { Device } from "../devices/Device.ts"
import type { Network } from "../network/Network.ts"
import type { Cluster } from "../nodes/Cluster.ts"
import type { Beginning } from "../store/beginning.ts"
import type { Random } from "../world/Random.ts"
import type { World } from "../world/World.ts"

/** Where things are done. */
export interface Place {
  readonly world: World
  readonly network: Network
  readonly cluster: Cluster
  readonly devices: readonly [Device, ...ReadonlyArray<Device>]
  /** Of each account, those that it is in. */
  readonly conversations: Beginning["conversations"]
  readonly random: Random
  /** How long a message is. */
  readonly text: number
}

/** Something that somebody does, or that happens to somebody. It is waited for only if that takes no time. */
type Step = (place: Place, device: Device) => Effect.Effect<void>

// A conversation that there is not, which nobody gets to.
const nowhere = [ConversationId.make("00000000-0000-4000-8000-000000000000")] as const

type Weighted = readonly [weight: number, step: Step]

const aside = <E>(effect: Effect.Effect<unknown, E>): Effect.Effect<void> =>
  Effect.asVoid(Effect.forkDetach(Effect.ignore(effect)))

// Where somebody can write.
const pickConversation = ({ random, conversations }: Place, { credentials }: Device) =>
  random.pick(conversations.get(credentials.account.id) ?? nowhere)

const post: Step = (place, device) =>
  Effect.asVoid(
    Effect.forkDetach(
      device.post(pickConversation(place, device), `message ${place.random.below(1_000)} `.padEnd(place.text, "x")),
    ),
  )

const burst: Step = (place, device) => {
  const conversation = pickConversation(place, device)
  return Effect.forEach([1, 2, 3, 4], (n) => device.post(conversation, `message ${n} of 4 `.padEnd(place.text, "x")), {
    discard: true,
  })
}

// A message of one's own that is loaded.
const own = ({ random }: Place, device: Device) => {
  const loaded = [...(device.client?.state.get().conversations.values() ?? [])]
  const messages = loaded.flatMap(({ window }) => window.messages)
  const mine = messages.filter(({ author, body }) => author.id === device.credentials.account.id && body !== null)
  return mine[random.below(mine.length)]
}

const edit: Step = (place, device) => {
  const message = own(place, device)
  const { client } = device
  if (message === undefined || client === undefined) return Effect.void
  const { conversation, id } = message
  const body = Body.make(`edited ${place.random.below(3)}`)
  return aside(client.rpc("EditMessage", { commandId: newCommandId(), conversation, message: id, body }))
}

const remove: Step = (place, device) => {
  const message = own(place, device)
  const { client } = device
  if (message === undefined || client === undefined) return Effect.void
  const { conversation, id } = message
  return aside(client.rpc("DeleteMessage", { commandId: newCommandId(), conversation, message: id }))
}

const load: Step = (place, device) =>
  device.client === undefined
    ? Effect.void
    : aside(device.client.history(pickConversation(place, device), { limit: 3 }))

const read: Step = (place, device) => {
  const { client } = device
  const conversation = pickConversation(place, device)
  const seq = client?.state.get().conversations.get(conversation)?.seq
  return client === undefined || seq === undefined ? Effect.void : aside(client.markRead(conversation, seq))
}

/** What people do. */
const deeds: ReadonlyArray<Weighted> = [
  [50, post],
  [10, burst],
  [8, edit],
  [6, remove],
  [10, load],
  [10, read],
]

const cut: Step = ({ network }, device) => Effect.sync(() => network.of(device.name).forEach((wire) => wire.cut()))

const silence: Step = ({ network }, device) =>
  Effect.sync(() => network.of(device.name).forEach((wire) => wire.silence()))

const stall: Step = ({ network, random }, device) =>
  Effect.sync(() => {
    const millis = random.between(100, 8_000)
    for (const wire of network.of(device.name)) wire.stall(millis)
  })

const away: Step = ({ network, random }, device) =>
  Effect.sync(() => {
    network.unreachable.add(device.name)
    for (const wire of network.of(device.name)) wire.cut()
  }).pipe(
    Effect.andThen(Effect.sleep(random.between(0, 5_000))),
    Effect.andThen(Effect.sync(() => network.unreachable.delete(device.name))),
    aside,
  )

const restart: Step = ({ random }, device) =>
  aside(
    Effect.andThen(
      random.chance(0.5) ? device.stop : device.kill,
      Effect.andThen(Effect.sleep(random.between(0, 500)), device.start),
    ),
  )

const crash: Step = ({ cluster, random }) => aside(cluster.replace("crash", random.between(0, 2_000)))

const deploy: Step = ({ cluster, random }) => aside(cluster.replace("stop", random.between(0, 500)))

const withoutStore: Step = ({ cluster, random }) =>
  aside(cluster.withoutStore(random.pick(["away", "shaky"]), random.between(50, 2_500)))

// Another device of the same account ends its session.
const revoke: Step = ({ devices }, device) => {
  const other = devices.find(({ credentials, name }) => {
    return credentials.account.id === device.credentials.account.id && name !== device.name
  })
  if (other?.client === undefined) return Effect.void
  device.isRevoked = true
  return aside(other.client.rpc("RevokeSession", { session: device.credentials.session.id }))
}

/** What goes wrong. */
const faults: ReadonlyArray<Weighted> = [
  [40, cut],
  [10, silence],
  [10, stall],
  [10, away],
  [10, restart],
  [8, crash],
  [4, deploy],
  [12, withoutStore],
  [2, revoke],
]

const pick = (random: Random, steps: ReadonlyArray<Weighted>): Step => {
  let left = random.next() * steps.reduce((sum, [weight]) => sum + weight, 0)
  const found = steps.find(([weight]) => (left -= weight) < 0)
  return found?.[1] ?? post
}

/** One more thing, which is a fault with this probability. */
export const step = (place: Place, probability: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { random, devices } = place
    const device = random.pick(devices)
    return pick(random, random.chance(probability) ? faults : deeds)(place, device)
  })
