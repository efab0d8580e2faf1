// Our server, with everything on that a production server has on. Limits of rate are raised to what a load needs.
import { randomUUID, generateKeyPairSync } from "node:crypto"
import { join } from "node:path"
import type { Dialect } from "../load/Dialect.ts"
import { createDatabase, dropDatabase, urlOf } from "../machine/databases.ts"
import { type Server, startServer } from "../machine/Server.ts"
import { Caller } from "./Caller.ts"
import { roomOf, type Subject, type World } from "./Subject.ts"

const main = join(import.meta.dirname, "..", "..", "packages", "server", "src", "main.ts")
const key = JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }))

const settings = {
  CHAT_PORT: "0",
  CHAT_SIGNING_KEY: key,
  // Tokens are made once and used with every copy of a world, whatever its port.
  CHAT_PUBLIC_URL: "http://chat.example.org",
  CHAT_ACCESS_TOKEN_LIFETIME: "1 day",
  CHAT_RATE_MESSAGES: "100000",
  CHAT_RATE_MESSAGES_BURST: "100000",
  CHAT_RATE_CALLS: "1000000",
  CHAT_DRAIN_TIMEOUT: "0 seconds",
  CHAT_LOG_FORMAT: "json",
}

/** For making accounts; nobody logs in with a password while something is measured. */
const cheapPasswords = { CHAT_ARGON2_MEMORY: "8", CHAT_ARGON2_PASSES: "1" }

interface Person {
  readonly id: string
  readonly token: string
}

/** Who there is, and in which conversation each of them is. */
interface People {
  readonly tokens: ReadonlyArray<string>
  readonly conversations: ReadonlyArray<string>
}

const populate = async (server: Server, world: World): Promise<People> => {
  const caller = new Caller(server.port)
  const indices = Array.from({ length: world.people }, (_, index) => index)
  const people = await caller.forEach(indices, async (index): Promise<Person> => {
    const [username, password] = [`user-${index}`, "tulip meadow ladder"]
    const account = { commandId: randomUUID(), username, email: `${username}@example.org`, password, device: "bench" }
    const answer = Object(await caller.call("SignUp", account))
    return { id: answer.account.id, token: answer.tokens.accessToken }
  })
  const firsts = people.filter((_, index) => index % world.perRoom === 0)
  const rooms = await caller.forEach(firsts, async ({ token }, room) => {
    const commandId = randomUUID()
    const answer = world.direct
      ? caller.call("OpenDirect", { commandId, user: people[room * 2 + 1]?.id }, token)
      : caller.call("CreateRoom", { commandId, name: `room-${room}`, topic: "", history: "all" }, token)
    return String(Object(await answer).conversation)
  })
  const conversations = people.map((_, index) => rooms[roomOf(world, index)] ?? "")
  if (!world.direct) {
    await caller.forEach(people, async ({ token }, index) => {
      if (index % world.perRoom === 0) return
      await caller.call("JoinRoom", { commandId: randomUUID(), conversation: conversations[index] }, token)
    })
  }
  caller.close()
  return { tokens: people.map(({ token }) => token), conversations }
}

const request = (id: string, tag: string, payload: object, token?: string): string =>
  JSON.stringify({
    _tag: "Request",
    id,
    tag,
    payload,
    headers: token === undefined ? [] : [["authorization", `Bearer ${token}`]],
  })

const dialectOf = ({ tokens, conversations }: People): Dialect => {
  let posts = 0
  return {
    path: () => "/rpc",
    greeting: (member) => [
      {
        say: [
          request("hello", "Hello", { client: "bench", contract: 1 }),
          request("sync", "Sync", { cursors: [] }, tokens[member]),
        ],
        until: '"CaughtUp"',
      },
    ],
    post: (member, body) => {
      const payload = { conversation: conversations[member], id: randomUUID(), body }
      return request(`post${++posts}`, "PostMessage", payload, tokens[member])
    },
    answered: '"requestId":"post',
    refused: '"Failure"',
    acknowledge: { piece: '"_tag":"Chunk"', say: JSON.stringify({ _tag: "Ack", requestId: "sync" }) },
    delivered: (member, seq) =>
      request(
        "delivered",
        "Delivered",
        { conversations: [{ conversation: conversations[member], seq }] },
        tokens[member],
      ),
  }
}

const onPostgres = (): Subject["start"] => {
  const worlds = new Map<string, { readonly template: string; readonly people: People }>()

  const prepare = async (world: World) => {
    const template = await createDatabase()
    const server = await startServer(main, {
      ...settings,
      ...cheapPasswords,
      CHAT_DATABASE_URL: urlOf(template),
      CHAT_DEFAULT_ROOMS: "",
    })
    const people = await populate(server, world)
    await server.stop()
    return { template, people }
  }

  return async (world) => {
    const id = JSON.stringify(world)
    const { template, people } = worlds.get(id) ?? (await prepare(world))
    worlds.set(id, { template, people })
    const database = await createDatabase(template)
    const server = await startServer(main, { ...settings, CHAT_DATABASE_URL: urlOf(database) })
    const end = async () => {
      await server.stop()
      await dropDatabase(database)
    }
    return { server, database, dialect: dialectOf(people), end }
  }
}

export const ours: Subject = { name: "ours", start: onPostgres() }
