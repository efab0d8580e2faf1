// Friends, requests and blocks, held against the model.
import type { Contact, Contacts } from "@chat/domain/Contact"
import type { UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { contactsOf } from "../world/contacts.ts"
import { userOf, type World } from "../world/World.ts"
import type { Say } from "./problems.ts"

/** As of `until` of the account's own log. Since when, the model was not told. */
export const contactProblems = (world: World, account: UserId, found: Contacts, say: Say, until?: number): void => {
  const { preferences, ...lists } = contactsOf(world, account, until)
  if (!isDeepStrictEqual({ ...found.preferences }, preferences)) say("preferences", found.preferences, preferences)
  for (const name of ["friends", "sent", "received", "blocks"] as const) {
    const expected = [...lists[name]].map((user) => userOf(world, user)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const people = found[name].map(({ user }) => user).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    if (!isDeepStrictEqual(plain(people), plain(expected)) || !isInOrder(found[name])) say(name, found[name], expected)
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const isInOrder = (contacts: ReadonlyArray<Contact>): boolean =>
  contacts.every(({ since }, at) => at === 0 || (contacts[at - 1]?.since ?? "") <= since)
