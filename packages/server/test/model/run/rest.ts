// Everything is held against the model.
import * as Effect from "effect/Effect"
import type { Device } from "../devices/Device.ts"
import { isOutOfDate, upToDate } from "../world/people.ts"
import { deviceProblems } from "../devices/moment.ts"
import { missing, restProblems } from "../devices/rest.ts"
import { fetchAll, type Fresh } from "../fresh/fetch.ts"
import { freshProblems } from "../fresh/problems.ts"
import { Failed, type Running, worldOf } from "./Running.ts"
import { connect } from "./devices.ts"
import { noteStates } from "./notes.ts"
import { marksOf } from "@chat/domain/state/marks"
import { peopleIn, type World } from "../world/World.ts"

const patience = "20 seconds"

/** Holds what every device shows and was told against every world, and gives up the worlds that it contradicts. */
export const settle = Effect.fnUntraced(function* (running: Running) {
  const { devices } = running
  const complaints = devices.flatMap((device) => device.complaints.map((what) => `${device.name}: ${what}`))
  if (complaints.length > 0) return yield* new Failed({ problems: complaints })
  yield* sift(running, (world) => devices.flatMap((device) => deviceProblems(world, device)))
  noteStates(running)
  for (const device of devices) device.told = []
})

const sift = (running: Running, problems: (world: World) => ReadonlyArray<string>): Effect.Effect<void, Failed> => {
  const found = running.worlds.map((world) => ({ world, problems: problems(world) }))
  const left = found.filter((one) => one.problems.length === 0)
  const [first] = found
  if (left.length === 0) return Effect.fail(new Failed({ problems: first?.problems ?? [] }))
  running.worlds = left.map(({ world }) => world)
  return Effect.void
}

/** Fetches everything for everybody, and holds it against every world. */
export const fetchFresh = Effect.fnUntraced(function* (running: Running, atRest = false) {
  const world = worldOf(running)
  const fresh = new Map<string, Fresh>()
  for (const [index, user] of peopleIn(world).entries()) {
    const connection = yield* running.cluster.node(index).as(user.id)
    const found = yield* fetchAll(world, connection, user.id, running.prefix).pipe(
      Effect.mapError(({ _tag }) => new Failed({ problems: [`a fresh fetch was refused: ${_tag}`] })),
      // A node hears some time later what people are called now.
      Effect.repeat({ until: (all) => !atRest || !isOutOfDate(world, all) }),
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.fail(new Failed({ problems: [`${user.username} fetches out of date, for ever`] })),
      }),
    )
    fresh.set(user.id, found)
    yield* sift(running, (one) => freshProblems(one, user.id, upToDate(one, found), running.facts))
  }
  return fresh
})

export const checkHeads = ({ cluster }: Running) =>
  Effect.mapError(cluster.checkHeads, ({ _tag }) => new Failed({ problems: [`the head check failed: ${_tag}`] }))

/** Until a device that is connected has taken what it may take for now. */
export const fill = (device: Device) =>
  device
    .until(() => {
      const { following } = device
      return following === undefined || following.allowance <= 0 || following.protocol.caughtUp
    })
    .pipe(
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.fail(new Failed({ problems: [`${device.name} waits for something, for ever`] })),
      }),
    )

/** Until a device that is connected has everything that there is. */
export const hear = Effect.fnUntraced(function* (running: Running, device: Device) {
  if (device.following === undefined) return
  device.allow(Infinity)
  const world = worldOf(running)
  const done = () => device.complaints.length > 0 || missing(world, device) === undefined
  yield* device.until(done).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(new Failed({ problems: [`${device.name} ${missing(world, device)}, for ever`] })),
    }),
  )
})

/** Until everything has arrived everywhere; then everything is fetched anew and compared. */
export const rest = Effect.fnUntraced(function* (running: Running, everybody: boolean) {
  const { devices, rare } = running
  for (const [index, device] of devices.entries()) {
    const isThere = !worldOf(running).departed.has(device.user.id)
    if (everybody && isThere && device.following === undefined) yield* connect(running, device, index, "all")
    device.allow(Infinity)
    while (device.fetching.length > 0) yield* device.deliver()
  }
  yield* checkHeads(running)
  for (const device of devices) yield* hear(running, device)
  yield* settle(running)
  const still = [...worldOf(running).stillMarks]
  if (still.some(([key, { rev }]) => worldOf(running).marks.get(key.slice(key.indexOf("/") + 1))?.rev !== rev)) {
    rare.met("mark that stands still")
  }
  const fresh = yield* fetchFresh(running, true)
  for (const device of devices) {
    const found = fresh.get(device.user.id)
    if (device.following === undefined || found === undefined) continue
    const problems = restProblems(device, found)
    if (problems.length > 0) return yield* new Failed({ problems })
    const isTold = [...device.state.conversations.keys()].some((id) => (marksOf(device.state, id)?.size ?? 0) > 0)
    rare.met("marks loaded", isTold ? 1 : 0)
    rare.met("window partly loaded", [...device.state.conversations.values()].some(isPartly) ? 1 : 0)
  }
})

const isPartly = ({
  window,
  from,
}: {
  readonly window: { readonly from: number; readonly messages: ReadonlyArray<unknown> }
  readonly from: number
}) => window.from > from && window.messages.length > 0
