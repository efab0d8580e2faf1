// What server and client do for each other on a bad network, and a patch that takes each away.
import type { Mutant, Tests } from "./rules.ts"

const simulation: Tests = { project: "simulation", file: "packages/simulation/test/simulation.test.ts" }

const server = "packages/server/src"
const client = "packages/client/src"

export const simulationMutants: ReadonlyArray<Mutant> = [
  {
    rule: "simulation: only the next event goes out",
    file: `${server}/followers/Follower.ts`,
    search: "event.seq === followed.sent + 1",
    replace: "event.seq >= followed.sent + 1",
    tests: simulation,
  },
  {
    rule: "simulation: a repeat is known before a seq is taken",
    file: `${server}/messages/PostBatch.ts`,
    search: "SELECT * FROM input WHERE n NOT IN (SELECT n FROM known)",
    replace: "SELECT * FROM input",
    tests: simulation,
  },
  {
    rule: "simulation: the head check finds what nobody told of",
    file: `${server}/delivery/Delivery.ts`,
    search: 'else if (seq !== null) notify({ _tag: "LogAdvanced", log, seq })',
    replace: "else if (seq !== null) continue",
    tests: simulation,
  },
  {
    rule: "simulation: the head check finds how far one has read elsewhere",
    file: `${server}/delivery/Delivery.ts`,
    search: 'if (account !== null) notify({ _tag: "PositionMoved", account, log })',
    replace: "if (account !== null) continue",
    tests: simulation,
  },
  {
    rule: "simulation: a client notices that nobody answers any more",
    file: `${client}/connection/Connection.ts`,
    search: "Effect.raceFirst(synced, heartbeat(connected, silence))",
    replace: "synced",
    tests: simulation,
  },
  {
    rule: "simulation: what was posted first goes first",
    file: `${client}/outbox/Outbox.ts`,
    search: "if (first === undefined || item.record.order < first.record.order) first = item",
    replace: "first = item",
    tests: simulation,
  },
]
