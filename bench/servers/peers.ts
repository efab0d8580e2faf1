// The servers that ours is compared with. They know nobody, so that a world costs them nothing.
import { join } from "node:path"
import type { Dialect } from "../load/Dialect.ts"
import { createDatabase, dropDatabase, urlOf } from "../machine/databases.ts"
import { startServer } from "../machine/Server.ts"
import { roomOf, type Subject, type World } from "./Subject.ts"

const plain = (world: World): Dialect => ({
  path: (member) => `/?user=user-${member}`,
  signIn: () => [],
  follow: (member) => [
    { say: [JSON.stringify({ type: "join", room: `room-${roomOf(world, member)}` })], until: '"type":"joined"' },
  ],
  post: (member, text) => JSON.stringify({ type: "post", id: "1", room: `room-${roomOf(world, member)}`, text }),
  answered: '"type":"ok"',
  refused: '"type":"error"',
})

/** Engine.IO 4 and Socket.IO 5, as far as a client of one namespace needs them. */
const socketIoDialect = (world: World): Dialect => ({
  path: (member) => `/socket.io/?EIO=4&transport=websocket&user=user-${member}`,
  signIn: () => [
    { say: [], until: '0{"sid"' },
    { say: ["40"], until: '40{"sid"' },
  ],
  follow: (member) => [
    { say: [], until: '0{"sid"' },
    { say: ["40"], until: '40{"sid"' },
    { say: [`421${JSON.stringify(["join", `room-${roomOf(world, member)}`])}`], until: "431[" },
  ],
  post: (member, text) => `422${JSON.stringify(["post", `room-${roomOf(world, member)}`, text])}`,
  answered: "432[",
  refused: "44{",
  alive: { ask: "2", say: "3" },
})

const peer = (name: string, script: string, dialect: (world: World) => Dialect, stores: boolean): Subject => ({
  name,
  start: async (world) => {
    const database = stores ? await createDatabase() : undefined
    const env: Record<string, string> = database === undefined ? {} : { DATABASE_URL: urlOf(database) }
    const server = await startServer(join(import.meta.dirname, "..", "peers", script), env)
    const end = async () => {
      await server.stop()
      if (database !== undefined) await dropDatabase(database)
    }
    return { server, database, dialect: dialect(world), end }
  },
})

export const peers: ReadonlyArray<Subject> = [
  peer("ws-batched", "wsBatched.ts", plain, true),
  peer("ws", "ws.ts", plain, false),
  peer("socket.io", "socketIo.ts", socketIoDialect, true),
]
