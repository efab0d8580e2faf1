// Runs a program against real nodes, and holds everything that is answered, sent and fetched against the model.
import * as Effect from "effect/Effect"
import { Device } from "../devices/Device.ts"
import { Facts } from "../devices/Facts.ts"
import type { Cluster } from "../nodes/Cluster.ts"
import type { Program, Shape, Step } from "../programs/Program.ts"
import { conversationFor } from "../programs/places.ts"
import type { Rare } from "./Rare.ts"
import { Failed, type Running, worldOf } from "./Running.ts"
import { appoint } from "./caretaker.ts"
import { commands, restart } from "./commands.ts"
import { goodbye } from "./goodbye.ts"
import { connect, fetch } from "./devices.ts"
import { checkHeads, fill, hear, rest, settle } from "./rest.ts"
import { restore } from "./restore.ts"
import { emptyWorld } from "../world/World.ts"

let runs = 0

export const runProgram = Effect.fnUntraced(function* (cluster: Cluster, shape: Shape, program: Program, rare: Rare) {
  // Names are unique in a database, and many programs run on one.
  const prefix = `p${process.pid}-${++runs}`
  const beginners = yield* Effect.forEach(Array.from({ length: shape.users }), (_, index) =>
    cluster.node(0).makeUser(`${prefix}-${index}`),
  )
  yield* appoint(cluster, prefix, beginners)
  const users = beginners.map(({ user }) => user)
  const facts = new Facts()
  const devices = shape.devices.flatMap((index, number) => {
    const user = users[index]
    return user === undefined ? [] : [new Device(`device ${number} of ${user.username}`, user, facts, rare)]
  })
  const scope = yield* Effect.scope
  const running: Running = { cluster, devices, facts, rare, prefix, scope, worlds: [emptyWorld(beginners)], issued: [] }
  for (const [index, step] of program.steps.entries()) {
    yield* perform(running, step).pipe(
      Effect.andThen(settle(running)),
      Effect.catchTag("Failed", ({ problems }) =>
        Effect.fail(new Failed({ problems: [`in step ${index}: ${JSON.stringify(step)}`, ...problems] })),
      ),
    )
  }
  yield* rest(running, true)
  yield* Effect.forEach(devices, (device) => device.cut(false), { discard: true })
}, Effect.scoped)

const perform = (running: Running, step: Step): Effect.Effect<void, Failed> => {
  const { cluster, devices, scope } = running
  switch (step.do) {
    case "commands":
      return commands(running, step.calls, step.restart)
    case "restart":
      return restart(running, step.node)
    case "restore":
      return restore(running, step)
    case "goodbye":
      return goodbye(running, step)
    case "rest":
      return rest(running, false)
    default:
  }
  const device = devices[step.device % devices.length]
  if (device === undefined || worldOf(running).departed.has(device.user.id)) return Effect.void
  switch (step.do) {
    case "connect":
      return Effect.andThen(device.cut(true), connect(running, device, step.node, step.takes))
    case "replace":
      return device.replace(worldOf(running), scope)
    case "take":
      return Effect.sync(() => device.allow(step.items === "all" ? Infinity : step.items))
    case "cut":
      return Effect.tap(device.cut(step.keepFetches), () =>
        Effect.sync(() => step.keeps !== undefined && device.restart(step.keeps)),
      )
    case "deliver":
      return device.deliver()
    case "fill":
      return fill(device)
    case "hear":
      return Effect.andThen(checkHeads(running), hear(running, device))
    case "fetch": {
      const conversation = conversationFor(worldOf(running), device.user.id, step.where)
      if (conversation === undefined) return Effect.void
      const node = device.following?.node ?? 0
      const fetching = Effect.flatMap(cluster.node(node).as(device.user.id), (connection) =>
        fetch(running, device, connection, conversation, step),
      )
      return step.arrives ? Effect.andThen(fetching, device.arrival) : fetching
    }
  }
}
