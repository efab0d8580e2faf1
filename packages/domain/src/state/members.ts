/**
 * The members of a conversation, as far as they are loaded. The list is loaded from its beginning, by `joined`; whoever
 * joins goes to its end, which is there only once the list is complete.
 */
import type { Member, MemberPage } from "../Conversation.ts"
import type { UserId } from "../Ids.ts"
import type { Role } from "../permissions.ts"
import type { User } from "../User.ts"
import type { Seq } from "../Values.ts"

export interface Members {
  /** By `joined`, then by id; nobody twice. */
  readonly list: ReadonlyArray<Member>
  /** What to give `ListMembers` as `after` for more; `null`: these are all. */
  readonly next: string | null
}

/** Somebody became a member at `seq`. */
export const join = (members: Members, user: User, seq: Seq, role: Role | null): Members =>
  members.next === null ? { ...members, list: inOrder([...members.list, { user, joined: seq, role }]) } : members

/** Somebody got a role at `seq`. That of whoever has joined again since then, as a page from later may say, stays. */
export const setRole = (members: Members, user: UserId, role: Role, seq: Seq): Members => ({
  ...members,
  list: members.list.map((member) =>
    member.user.id === user && member.joined < seq && member.role !== role ? { ...member, role } : member,
  ),
})

/** Somebody left at `seq`. Who has joined again since then, as a page from later may say, stays. */
export const leave = (members: Members, user: User, seq: Seq): Members => {
  const list = members.list.filter((member) => member.user.id !== user.id || member.joined > seq)
  return list.length === members.list.length ? members : { ...members, list }
}

/** Goes on with a list, or begins it. */
export const extend = (members: Members | null, page: MemberPage): Members => ({
  list: inOrder([...(members?.list ?? []), ...page.members]),
  next: page.next,
})

const inOrder = (members: ReadonlyArray<Member>): ReadonlyArray<Member> => {
  const latest = new Map<string, Member>()
  for (const member of members) {
    const known = latest.get(member.user.id)
    if (known === undefined || known.joined < member.joined) latest.set(member.user.id, member)
  }
  return [...latest.values()].toSorted((a, b) => a.joined - b.joined || (a.user.id < b.user.id ? -1 : 1))
}
