// Rules of what people do with each other and for themselves, and a patch that takes each away.
import type { Mutant, Tests } from "./rules.ts"

const oneNode: Tests = { project: "server", file: "packages/server/test/model/postgres.test.ts", name: "one node" }
const state: Tests = { project: "domain", file: "packages/domain/test/state" }
const threads: Tests = {
  project: "server",
  file: "packages/server/test/contract/http.test.ts",
  name: "in a thread",
}
const farewell: Tests = { project: "server", file: "packages/server/test/accounts/Farewell.test.ts" }

const server = "packages/server/src"
const domain = "packages/domain/src"

export const peopleMutants: ReadonlyArray<Mutant> = [
  {
    rule: "people, kicks: nobody is removed by who is not above them",
    file: `${domain}/permissions.ts`,
    search: "ranks[role] > ranks[whom]",
    replace: "ranks[role] >= ranks[whom]",
    tests: oneNode,
  },
  {
    rule: "people, kicks: what was decided before is decided again",
    file: `${server}/rooms/Moderation.ts`,
    search: "if (!isMember) return yield* unchanged(logs, conversation)\n            const data",
    replace: "const data",
    tests: oneNode,
  },
  {
    rule: "people, roles: one's own is told by events",
    file: `${domain}/state/conversation.ts`,
    search: "role: roleAfter(conversation.role, event, me),",
    replace: "role: conversation.role,",
    tests: oneNode,
  },
  {
    rule: "people, settings: those of a room are told by events",
    file: `${domain}/state/conversation.ts`,
    search: "return { ...conversation, ...event.data }",
    replace: "return conversation",
    tests: oneNode,
  },
  {
    rule: "people, settings: notifications outlast other moves of the position",
    file: `${server}/messages/Positions.ts`,
    search: "rev = p.rev + 1, changed = pg_current_xact_id()\n            FROM logs l",
    replace: "rev = p.rev + 1, notify = 'all', changed = pg_current_xact_id()\n            FROM logs l",
    tests: oneNode,
  },
  {
    rule: "people, hiding: what is hidden does not count",
    file: `${server}/logs/visibility.ts`,
    search: 'u.deleted_at IS NULL AND NOT ${isHidden(sql, account, "u.id")}`',
    replace: "u.deleted_at IS NULL`",
    tests: oneNode,
  },
  {
    rule: "people, hiding: the count is told by the position",
    file: `${server}/personal/Hiding.ts`,
    search: "UPDATE positions SET rev = rev + 1, changed = pg_current_xact_id()",
    replace: "UPDATE positions SET rev = rev",
    tests: oneNode,
  },
  {
    rule: "people, hiding: what an account's snapshot leaves out is asked for anew",
    file: `${domain}/state/State.ts`,
    search: ".filter(({ id }) => !outdated.has(id))",
    replace: "",
    tests: state,
  },
  {
    rule: "people, blocks: what is said to who has blocked one is for nobody else",
    file: `${server}/messages/posting.ts`,
    search: "const onlyFor = silenced ? actor : null",
    replace: "const onlyFor = null",
    tests: oneNode,
  },
  {
    rule: "people, blocks: what was written before does not change for who has blocked",
    file: `${server}/logs/LogReader.ts`,
    search: '${canSee(sql, account, "e.log_id", "e.seq", "e.only_for")}',
    replace: '${canSee(sql, account, "e.log_id", "e.seq", "m.only_for")}',
    tests: oneNode,
  },
  {
    rule: "people, blocks: from then on a message has a version for each",
    file: `${server}/messages/visibleMessage.ts`,
    search: "if (silenced) yield* sql`UPDATE messages SET forked = true WHERE id = ${message}`",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "people, threads: what is read in one does not count in it",
    file: `${server}/logs/unread.ts`,
    search: "= ${sql.literal(root)} AND u.seq > ${sql.literal(position)}`",
    replace: "= ${sql.literal(root)}`",
    tests: threads,
  },
  {
    rule: "people, threads: what is in one does not count in the conversation",
    file: `${server}/logs/visibility.ts`,
    search: "u.thread IS NULL AND ${isUnreadInThread(sql, account)}",
    replace: "${isUnreadInThread(sql, account)}",
    tests: threads,
  },
  {
    rule: "people, deletion: with erase, what was written goes",
    file: `${server}/accounts/Farewell.ts`,
    search: "if (deletion.erase) yield* erase(user)",
    replace: "",
    tests: farewell,
  },
  {
    rule: "people, deletion: friends and requests end",
    file: `${server}/accounts/Farewell.ts`,
    search: "yield* contacts.forget(user, { commandId: yield* newCommand, user: person })",
    replace: "yield* Effect.void",
    tests: farewell,
  },
]
