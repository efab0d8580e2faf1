import { assert, describe, it } from "@effect/vitest"
import { type Contact, defaultPreferences } from "@chat/domain/Contact"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { isBlocked, noContacts } from "@chat/domain/state/contacts"
import { empty, type State } from "@chat/domain/state/State"
import { accountEvent, accountSnapshot } from "./account.ts"

const [, bob, cyd, dan] = LogHistory.people
if (bob === undefined || cyd === undefined || dan === undefined) throw new Error("There are too few people")

type What = Parameters<typeof accountEvent>[1]

const after = (...happened: ReadonlyArray<What>): State =>
  applyAll(
    apply(empty, accountSnapshot([])),
    happened.map((what, index) => accountEvent(index + 2, what)),
  )

const names = (contacts: ReadonlyArray<Contact>): ReadonlyArray<string> => contacts.map(({ user }) => user.username)

const contactsOf = ({ account }: State) => {
  if (account === null) throw new Error("There is no account")
  const { friends, sent, received, blocks } = account.contacts
  return { friends: names(friends), sent: names(sent), received: names(received), blocks: names(blocks) }
}

const none = { friends: [], sent: [], received: [], blocks: [] }
const of = (user = bob) => ({ data: { user } })
const ended = (direction: "sent" | "received", outcome: "cancelled" | "declined" | "accepted"): What => ({
  type: "FriendRequestEnded",
  data: { user: bob, direction, outcome },
})

describe("the contacts of an account", () => {
  it("are nobody where a snapshot says nothing, and what it says else", () => {
    const snapshot = accountSnapshot([])
    assert.deepStrictEqual(apply(empty, snapshot).account?.contacts, noContacts)
    const contacts = { ...noContacts, preferences: { whoMayWrite: "friends" } } as const
    assert.strictEqual(apply(empty, { ...snapshot, contacts }).account?.contacts, contacts)
  })

  it("are asked and answered", () => {
    const sent: What = { type: "FriendRequestSent", ...of() }
    const received: What = { type: "FriendRequestReceived", ...of() }
    assert.deepStrictEqual(contactsOf(after(sent)), { ...none, sent: ["bob"] })
    assert.deepStrictEqual(contactsOf(after(sent, ended("sent", "cancelled"))), none)
    assert.deepStrictEqual(contactsOf(after(received)), { ...none, received: ["bob"] })
    assert.deepStrictEqual(contactsOf(after(received, ended("received", "declined"))), none)
    const added: What = { type: "FriendAdded", ...of() }
    assert.deepStrictEqual(contactsOf(after(sent, ended("sent", "accepted"), added)), { ...none, friends: ["bob"] })
    assert.deepStrictEqual(contactsOf(after(added, { type: "FriendRemoved", ...of() })), none)
  })

  it("are in the order of time, then of ids", () => {
    const sent = [dan, bob, cyd].map((user): What => ({ type: "FriendRequestSent", ...of(user) }))
    assert.deepStrictEqual(contactsOf(after(...sent)).sent, ["bob", "cyd", "dan"])
  })

  it("who are blocked have asked nothing any more, and are friends still", () => {
    const asked: ReadonlyArray<What> = [
      { type: "FriendRequestReceived", ...of() },
      { type: "FriendRequestSent", ...of(cyd) },
      { type: "FriendAdded", ...of(cyd) },
      { type: "Blocked", ...of() },
      { type: "Blocked", ...of(cyd) },
    ]
    const blocked = after(...asked)
    const both = { ...none, sent: ["cyd"], friends: ["cyd"] }
    assert.deepStrictEqual(contactsOf(blocked), { ...both, blocks: ["bob", "cyd"] })
    assert.isTrue(isBlocked(blocked, bob.id))
    const unblocked = after(...asked, { type: "Unblocked", ...of() })
    assert.deepStrictEqual(contactsOf(unblocked), { ...both, blocks: ["cyd"] })
    assert.isFalse(isBlocked(unblocked, bob.id))
    assert.isFalse(isBlocked(empty, bob.id))
  })

  it("know the newest preferences", () => {
    const changed: What = { type: "PreferencesChanged", data: { preferences: { whoMayWrite: "friends" } } }
    assert.deepStrictEqual(after().account?.contacts.preferences, defaultPreferences)
    assert.strictEqual(after(changed).account?.contacts.preferences.whoMayWrite, "friends")
  })
})
