// How much is done to measure something: for figures that are published, for daily use, and only to see that it works.

/** How many, of whom, and for how long. */
export interface Effort {
  /** Workloads that are left out unless they are asked for. */
  readonly leavesOut: ReadonlyArray<string>
  readonly rounds: number
  /** Of each measurement, and of the same load before it. */
  readonly seconds: number
  readonly warmup: number
  /** Rates that are tried to find the highest one. */
  readonly tries: number
  readonly pairs: number
  /** Members of the one room; of the larger one. */
  readonly room: number
  readonly largeRoom: number
  readonly rooms: number
  readonly perRoom: number
  /** Idle connections; of more of them. */
  readonly connections: number
  readonly manyConnections: number
  /** Who comes back at once, how many of them to a room, and what each of them has missed. */
  readonly storm: number
  readonly perStormRoom: number
  readonly missed: number
  readonly senders: number
}

export const full: Effort = {
  leavesOut: [],
  rounds: 3,
  seconds: 6,
  warmup: 2,
  tries: 7,
  pairs: 50,
  room: 200,
  largeRoom: 1_000,
  rooms: 100,
  perRoom: 10,
  connections: 1_000,
  manyConnections: 5_000,
  storm: 5_000,
  perStormRoom: 200,
  missed: 100,
  senders: 100,
}

/** The same loads, but fewer connections, for a shorter time. */
export const short: Effort = {
  ...full,
  leavesOut: ["w2-large", "w4-large"],
  rounds: 1,
  seconds: 1,
  warmup: 0.75,
  tries: 5,
  storm: 1_000,
}

/** As little as has everything in it; its figures mean nothing. */
export const smoke: Effort = {
  leavesOut: ["w2-large", "w3-silent", "w4-large"],
  rounds: 1,
  seconds: 0.2,
  warmup: 0,
  tries: 1,
  pairs: 2,
  room: 10,
  largeRoom: 10,
  rooms: 2,
  perRoom: 5,
  connections: 10,
  manyConnections: 10,
  storm: 10,
  perStormRoom: 5,
  missed: 5,
  senders: 10,
}
