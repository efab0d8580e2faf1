/** How the events of its log change whom an account has to do with. */
import { type Contact, type Contacts, defaultPreferences } from "../Contact.ts"
import type { LogEvent } from "../Event.ts"
import type { UserId } from "../Ids.ts"
import type { User } from "../User.ts"
import type { Timestamp } from "../Values.ts"
import type { State } from "./State.ts"

/** Nobody, and what holds until it is set otherwise. */
export const noContacts: Contacts = { friends: [], sent: [], received: [], blocks: [], preferences: defaultPreferences }

/** The next event of the log. */
export const changeContacts = (contacts: Contacts, event: LogEvent): Contacts => {
  const { at } = event
  switch (event.type) {
    case "FriendRequestSent":
      return { ...contacts, sent: withUser(contacts.sent, event.data.user, at) }
    case "FriendRequestReceived":
      return { ...contacts, received: withUser(contacts.received, event.data.user, at) }
    case "FriendRequestEnded": {
      const { user, direction } = event.data
      return { ...contacts, [direction]: without(contacts[direction], user.id) }
    }
    case "FriendAdded":
      return { ...contacts, friends: withUser(contacts.friends, event.data.user, at) }
    case "FriendRemoved":
      return { ...contacts, friends: without(contacts.friends, event.data.user.id) }
    case "Blocked": {
      const { user } = event.data
      return {
        ...contacts,
        received: without(contacts.received, user.id),
        blocks: withUser(contacts.blocks, user, at),
      }
    }
    case "Unblocked":
      return { ...contacts, blocks: without(contacts.blocks, event.data.user.id) }
    case "PreferencesChanged":
      return { ...contacts, preferences: event.data.preferences }
    default:
      return contacts
  }
}

/** Whether this is somebody whose messages a client folds: in rooms they come as everybody's do. */
export const isBlocked = ({ account }: State, user: UserId): boolean =>
  account !== null && account.contacts.blocks.some((contact) => contact.user.id === user)

const without = (contacts: ReadonlyArray<Contact>, id: UserId) => contacts.filter(({ user }) => user.id !== id)

const withUser = (contacts: ReadonlyArray<Contact>, user: User, since: Timestamp) =>
  [...without(contacts, user.id), { user, since }].toSorted((a, b) => {
    const [left, right] = a.since === b.since ? [a.user.id, b.user.id] : [a.since, b.since]
    return left < right ? -1 : 1
  })
