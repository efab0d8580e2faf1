import type { Dialect } from "../load/Dialect.ts"
import type { Server } from "../machine/Server.ts"

/** People, all of them in one conversation of so many each. Two of a `direct` world talk to each other. */
export interface World {
  readonly people: number
  readonly perRoom: number
  readonly direct?: boolean
}

/** Which room somebody is in. */
export const roomOf = (world: World, member: number): number => Math.floor(member / world.perRoom)

/** A server that runs and knows a world. */
export interface Running {
  readonly server: Server
  /** The name of its PostgreSQL database, if it has one. */
  readonly database: string | undefined
  readonly dialect: Dialect
  /** Ends it and removes what it stored. */
  readonly end: () => Promise<void>
}

/** What is measured: our server on one of its databases, or a peer. */
export interface Subject {
  readonly name: string
  /** A fresh server in a world in which nobody has said anything. What takes long is prepared once for a run. */
  readonly start: (world: World) => Promise<Running>
}
