// Makes the people of a world and their conversations with the calls that anybody uses.
import { randomUUID } from "node:crypto"
import type { Server } from "../machine/Server.ts"
import { Caller } from "./Caller.ts"
import { roomOf, type World } from "./Subject.ts"

interface Cursor {
  readonly log: string
  readonly seq: number
  readonly mark: string
}

/** Somebody, and what they have: all of their logs, that of the account first and then that of their conversation. */
export interface Person {
  readonly id: string
  readonly token: string
  readonly conversation: string
  readonly cursors: ReadonlyArray<Cursor>
  readonly stamp: string
}

const signUp = async (caller: Caller, index: number) => {
  const [username, password] = [`user-${index}`, "tulip meadow ladder"]
  const account = { commandId: randomUUID(), username, email: `${username}@example.org`, password, device: "bench" }
  const answer = Object(await caller.call("SignUp", account))
  return { id: String(answer.account.id), token: String(answer.tokens.accessToken) }
}

/** The end of an account's log, which is short by then. */
const accountCursor = async (caller: Caller, { id, token }: Pick<Person, "id" | "token">): Promise<Cursor> => {
  const { items } = Object(await caller.call("ReadLog", { log: id, after: 0, limit: 100 }, token))
  const { seq, mark } = items.at(-1).event
  return { log: id, seq, mark }
}

export const populate = async (server: Server, world: World): Promise<ReadonlyArray<Person>> => {
  const caller = new Caller(server.port)
  const indices = Array.from({ length: world.people }, (_, index) => index)
  const people = await caller.forEach(indices, (index) => signUp(caller, index))
  const isFirst = (index: number) => index % world.perRoom === 0
  const firsts = people.filter((_, index) => isFirst(index))
  const rooms = await caller.forEach(firsts, async ({ token }, room) => {
    const commandId = randomUUID()
    const answer = world.direct
      ? caller.call("OpenDirect", { commandId, user: people[room * 2 + 1]?.id }, token)
      : caller.call("CreateRoom", { commandId, name: `room-${room}`, topic: "", history: "all" }, token)
    return String(Object(await answer).conversation)
  })
  await caller.forEach(people, async ({ token }, index) => {
    if (world.direct || isFirst(index)) return
    await caller.call("JoinRoom", { commandId: randomUUID(), conversation: rooms[roomOf(world, index)] }, token)
  })
  const places = await caller.forEach(firsts, async ({ token }, room): Promise<Cursor> => {
    const { id, seq, mark } = Object(await caller.call("GetConversation", { conversation: rooms[room] }, token))
    return { log: id, seq, mark }
  })
  const [first] = people
  const { conversations } = Object(await caller.call("ListConversations", { limit: 100 }, first?.token))
  // Where everybody is by themselves.
  const shared = conversations.flatMap(({ id, seq, mark, name }: { readonly name: string } & Record<string, unknown>) =>
    name === "general" ? [{ log: id, seq, mark }] : [],
  )
  const { stamp } = Object(await caller.call("Sync", { cursors: [] }, first?.token))
  const whole = await caller.forEach(people, async (person, index): Promise<Person> => {
    const place = places[roomOf(world, index)]
    if (place === undefined) throw new Error("everybody is in a conversation")
    const cursors = [await accountCursor(caller, person), place, ...shared]
    return { ...person, conversation: place.log, cursors, stamp }
  })
  caller.close()
  return whole
}
