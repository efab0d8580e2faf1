import type { ConversationId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { cursors } from "@chat/domain/state/State"
import type { ServerConfig } from "@chat/server/src/config/ServerConfig.ts"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { checkLogs } from "../checks/log.ts"
import { compareStates } from "../checks/state.ts"
import { Device, type Knowledge } from "../devices/Device.ts"
import { Network } from "../network/Network.ts"
import { Cluster } from "../nodes/Cluster.ts"
import type { Beginning } from "../store/beginning.ts"
import type { Backend } from "../store/Statements.ts"
import type { World } from "../world/World.ts"
import { type Circumstances, silence } from "../world/Circumstances.ts"
import { step } from "./steps.ts"

/** So long everything has to come to rest once nothing goes wrong any more, in milliseconds. */
const patience = 120_000
const headCheckAtMost = 7_000

/** A world from its beginning to its end: something is done, much goes wrong, then nothing does, and all is well. */
export const live = Effect.fnUntraced(function* (
  world: World,
  backend: Backend,
  beginning: Beginning,
  circumstances: Circumstances,
  config: Layer.Layer<ServerConfig>,
) {
  const random = world.random.fork()
  const dice = world.random.fork()
  const knowledge: Knowledge = { posted: [], heads: new Map(), problems: [] }
  const cluster = new Cluster(world, backend, circumstances, config)
  yield* cluster.start
  const network = new Network(world, cluster.route)
  const [least, most] = circumstances.frame
  network.delay = () => dice.between(least, most)
  const make = (name: string, of: string) => {
    const credentials = beginning.devices.get(of)
    if (credentials === undefined) throw new Error(`nobody has ${of}`)
    return new Device(name, credentials, world, network.transport(name), knowledge, silence)
  }
  const names = [...beginning.devices.keys()].slice(0, circumstances.devices)
  const [first, ...others] = names.map((name) => make(name, name))
  if (first === undefined) return ["there is no device"]
  const devices = [first, ...others] as const
  for (const device of devices) yield* device.start

  const place = {
    world,
    network,
    cluster,
    devices,
    conversations: beginning.conversations,
    random,
    text: circumstances.text,
  }
  for (let left = circumstances.steps; left > 0; left--) {
    yield* step(place, circumstances.faults)
    yield* Effect.sleep(random.between(0, circumstances.pause))
  }

  // From here on nothing goes wrong. What began to go wrong is over soon.
  yield* Effect.sleep(5_000)
  cluster.heal()
  network.unreachable.clear()
  const inUse = devices.filter(({ isRevoked }) => !isRevoked)
  const deadline = world.now + patience
  const missing = Effect.gen(function* () {
    const busy = inUse.find((device) => !device.isQuiet())
    if (busy !== undefined) return `${busy.name} is busy: ${busy.describe()}`
    const { heads } = yield* checkLogs(backend, [])
    for (const device of inUse) {
      const state = device.client?.state.get()
      for (const { log, seq } of state === undefined ? [] : cursors(state)) {
        if (seq !== heads.get(log)) return `${device.name} is at ${seq} of ${heads.get(log)} in ${log}`
      }
    }
    return undefined
  })
  for (let lack = yield* missing; lack !== undefined; lack = yield* missing) {
    if (world.now > deadline) return [...knowledge.problems, `does not come to rest: ${lack}`]
    yield* Effect.sleep(500)
  }
  world.note("all is quiet")

  const { problems } = yield* checkLogs(backend, knowledge.posted)
  knowledge.problems.push(...problems)
  let different = yield* compareWithFresh(inUse, make)
  if (different.length > 0) {
    // What no notice told is found by the next comparison of heads.
    yield* Effect.sleep(headCheckAtMost)
    different = yield* compareWithFresh(inUse, make)
  }
  knowledge.problems.push(...different)
  for (const device of devices) yield* device.stop
  yield* cluster.stop
  return knowledge.problems
})

// Whether what each of these shows is what somebody gets who comes new.
const compareWithFresh = Effect.fnUntraced(function* (
  devices: ReadonlyArray<Device>,
  make: (name: string, of: string) => Device,
) {
  const problems: Array<string> = []
  const accounts = Map.groupBy(devices, ({ credentials }) => credentials.account.id)
  for (const of of accounts.values()) {
    const [first] = of
    if (first === undefined) continue
    const fresh = make(`${first.name}-fresh`, first.name)
    yield* fresh.start
    const { client } = fresh
    if (client === undefined) continue
    yield* client.online
    const pages = new Map<ConversationId, ReadonlyArray<Message>>()
    for (const id of client.state.get().conversations.keys()) {
      if (!of.some((device) => device.client?.state.get().conversations.get(id)?.window.messages.length)) continue
      pages.set(id, (yield* client.rpc("History", { conversation: id, limit: 100 })).messages)
    }
    for (const device of of) {
      if (device.client === undefined) continue
      const found = compareStates(device.client.state.get(), client.state.get(), pages)
      problems.push(...found.map((problem) => `${device.name} ${problem}`))
    }
    yield* fresh.stop
  }
  return problems
})
