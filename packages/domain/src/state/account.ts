/** How the events of its log change an account. */
import type { LogEvent } from "../Event.ts"
import type { Session } from "../Session.ts"
import { changeContacts } from "./contacts.ts"
import { changeInvitations } from "./invitations.ts"
import type { AccountState } from "./State.ts"

/** The next event of the log. */
export const advance = (before: AccountState, event: LogEvent): AccountState => {
  const account = { ...before, seq: event.seq, mark: event.mark }
  switch (event.type) {
    case "SessionStarted":
      return {
        ...account,
        sessions: inOrder([...without(account.sessions, event.data.session.id), event.data.session]),
      }
    case "SessionEnded":
      return { ...account, sessions: without(account.sessions, event.data.session) }
    case "AccountChanged":
      return { ...account, account: event.data.account }
    case "PresenceChosen":
      return { ...account, presence: event.data.presence }
    case "ReceiptsChanged":
      return { ...account, receipts: event.data }
    default:
      return {
        ...account,
        contacts: changeContacts(account.contacts, event),
        invitations: changeInvitations(account.invitations, event),
      }
  }
}

const without = (sessions: ReadonlyArray<Session>, id: Session["id"]) => sessions.filter((session) => session.id !== id)

const inOrder = (sessions: ReadonlyArray<Session>) =>
  sessions.toSorted((a, b) => {
    const [left, right] = a.createdAt === b.createdAt ? [a.id, b.id] : [a.createdAt, b.createdAt]
    return left < right ? -1 : 1
  })
