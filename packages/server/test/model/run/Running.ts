// A program on its way.
import * as Data from "effect/Data"
import type * as Scope from "effect/Scope"
import type { Durable } from "../commands/Command.ts"
import type { Device } from "../devices/Device.ts"
import type { Facts } from "../devices/Facts.ts"
import type { Cluster } from "../nodes/Cluster.ts"
import type { Rare } from "./Rare.ts"
import type { World } from "../world/World.ts"

/** What was not as it should be. */
export class Failed extends Data.TaggedError("Failed")<{ readonly problems: ReadonlyArray<string> }> {
  override get message(): string {
    return this.problems.slice(0, 12).join("\n")
  }
}

/** A program on its way. */
export interface Running {
  readonly cluster: Cluster
  readonly devices: ReadonlyArray<Device>
  readonly facts: Facts
  readonly rare: Rare
  readonly prefix: string
  readonly scope: Scope.Scope
  /** Every way in which what was answered so far can have come about. */
  worlds: ReadonlyArray<World>
  issued: Array<Durable>
}

export const worldOf = ({ worlds }: Running): World => {
  const [world] = worlds
  if (world === undefined) throw new Error("There is no world left")
  return world
}
