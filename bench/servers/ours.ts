// Our server, with everything on that a production server has on. Limits of rate are raised to what a load needs.
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Dialect } from "../load/Dialect.ts"
import { analyze, createDatabase, dropDatabase, urlOf } from "../machine/databases.ts"
import { startServer } from "../machine/Server.ts"
import { type Person, populate } from "./population.ts"
import type { Subject, World } from "./Subject.ts"

const main = join(import.meta.dirname, "..", "..", "packages", "server", "src", "main.ts")

const settings = {
  CHAT_PORT: "0",
  CHAT_SIGNING_KEY: JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
  // Tokens are made once and used with every copy of a world, whatever its port.
  CHAT_PUBLIC_URL: "http://chat.example.org",
  CHAT_ACCESS_TOKEN_LIFETIME: "1 day",
  CHAT_RATE_MESSAGES: "100000",
  CHAT_RATE_MESSAGES_BURST: "100000",
  CHAT_RATE_CALLS: "1000000",
  CHAT_DRAIN_TIMEOUT: "0 seconds",
  CHAT_LOG_FORMAT: "json",
}

/** While a world is made; nobody uses a password while something is measured. */
const making = { CHAT_ARGON2_MEMORY: "8", CHAT_ARGON2_PASSES: "1" }

const dialectOf = (people: ReadonlyArray<Person>): Dialect => {
  const request = (member: number, id: string, tag: string, payload: object | null): string => {
    const headers = [["authorization", `Bearer ${people[member]?.token}`]]
    return JSON.stringify({ _tag: "Request", id, tag, payload, headers })
  }
  const hello = JSON.stringify({
    _tag: "Request",
    id: "hello",
    tag: "Hello",
    payload: { client: "bench", contract: 1 },
    headers: [],
  })
  const sync = (member: number, has: Partial<Person>) => [hello, request(member, "sync", "Sync", has)]
  const has = (member: number) => {
    const { cursors = [], stamp = "0" } = people[member] ?? {}
    return { cursors, stamp }
  }
  let posts = 0
  return {
    path: () => "/rpc",
    signIn: (member) => [{ say: [hello, request(member, "me", "Me", null)], until: '"requestId":"me"' }],
    follow: (member) => [{ say: sync(member, { cursors: [] }), until: '"CaughtUp"' }],
    comeBack: (member) => [
      { say: sync(member, has(member)), until: '"Chunk"', isNews: true },
      { say: [], until: '"CaughtUp"' },
    ],
    post: (member, body) => {
      const payload = { conversation: people[member]?.conversation, id: randomUUID(), body }
      return request(member, `post${++posts}`, "PostMessage", payload)
    },
    answered: '"requestId":"post',
    refused: '"Failure"',
    got: {
      say: (member, posts) => {
        const { conversation, cursors } = people[member] ?? {}
        const seq = (cursors?.[1]?.seq ?? 0) + posts
        return request(member, "delivered", "Delivered", { conversations: [{ conversation, seq }] })
      },
      answered: '"requestId":"delivered"',
    },
  }
}

/** Where a server stores, and how to make another that has the same in it. */
interface Store {
  readonly name: string
  readonly env: Record<string, string>
  /** When a world is in it. */
  readonly made: () => Promise<void>
  readonly copy: () => Promise<Store>
  readonly remove: () => Promise<void>
}

const postgres = (name: string): Store => ({
  name,
  env: { CHAT_DATABASE_URL: urlOf(name) },
  made: () => analyze(name),
  copy: async () => postgres(await createDatabase(name)),
  remove: () => dropDatabase(name),
})

const directories = new Set<string>()

const embedded = (directory: string): Store => ({
  name: directory,
  env: { CHAT_DATA_DIR: directory },
  made: async () => undefined,
  copy: async () => {
    const copy = newDirectory()
    cpSync(directory, copy, { recursive: true })
    return embedded(copy)
  },
  remove: async () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
})

const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "chat-bench-"))
  directories.add(directory)
  return directory
}

/** For the end of a run. */
export const removeDirectories = (): void => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}

const onStore = (name: string, newStore: () => Promise<Store>, hasDatabase: boolean): Subject => {
  const made = new Map<string, { readonly store: Store; readonly people: ReadonlyArray<Person> }>()

  const make = async (world: World) => {
    const store = await newStore()
    const server = await startServer(main, { ...settings, ...making, ...store.env })
    const people = await populate(server, world)
    await server.stop()
    await store.made()
    return { store, people }
  }

  const start: Subject["start"] = async (world) => {
    const key = JSON.stringify(world)
    const { store, people } = made.get(key) ?? (await make(world))
    made.set(key, { store, people })
    const copy = await store.copy()
    const server = await startServer(main, { ...settings, ...copy.env })
    const end = async () => {
      await server.stop()
      await copy.remove()
    }
    return { server, database: hasDatabase ? copy.name : undefined, dialect: dialectOf(people), end }
  }
  return { name, start }
}

export const ours: ReadonlyArray<Subject> = [
  onStore("ours", async () => postgres(await createDatabase()), true),
  onStore("ours-embedded", async () => embedded(newDirectory()), false),
]
