// Rules of what people say to each other and of whom they bring along, and a patch that takes each away.
import type { Mutant, Tests } from "./rules.ts"

const model = "packages/server/test/model"
const oneNode: Tests = { project: "server", file: `${model}/postgres.test.ts`, name: "one node" }
const silence: Tests = { project: "server", file: `${model}/silence.test.ts` }
const names: Tests = { project: "server", file: `${model}/names.test.ts` }
const marks: Tests = { project: "server", file: "packages/server/test/delivery/movedMarks.test.ts" }
const express: Tests = { project: "server", file: "packages/server/test/express/Express.test.ts" }
const forwarding: Tests = {
  project: "server",
  file: "packages/server/test/contract/http.test.ts",
  name: "ForwardMessage refuses",
}
const examples: Tests = { project: "server", file: `${model}/examples.test.ts` }

const server = "packages/server/src"
const domain = "packages/domain/src"

export const talkMutants: ReadonlyArray<Mutant> = [
  {
    rule: "talk, threads: what was deleted from one is not counted",
    file: `${server}/messages/Messages.ts`,
    search: "AND thread = ${thread} AND deleted_at IS NULL) t",
    replace: "AND thread = ${thread}) t",
    tests: oneNode,
  },
  {
    rule: "talk, threads: who has written in one has read what was there before",
    file: `${domain}/state/threads.ts`,
    search: "Math.max(marked.seq, own)",
    replace: "marked.seq",
    tests: oneNode,
  },
  {
    rule: "talk, threads: an answer that is told to nobody begins none",
    file: `${server}/messages/Threads.ts`,
    search: "AND (a.only_for IS NULL OR a.only_for = ${account})",
    replace: "",
    tests: silence,
  },
  {
    rule: "talk, mentions: an edit says whom the text before mentioned",
    file: `${server}/messages/Messages.ts`,
    search: "factsOf(old.mentioned, mentionsOf(now))",
    replace: "factsOf(null, mentionsOf(now))",
    tests: oneNode,
  },
  {
    rule: "talk, forward: only what one can see",
    file: `${server}/messages/PostContent.ts`,
    search: "AND m.seq = ${seq} AND ${isThere(sql, actor)}`",
    replace: "AND m.seq = ${seq} AND m.deleted_at IS NULL`",
    tests: forwarding,
  },
  {
    rule: "talk, forward: who wrote it is called as they are called now",
    file: `${server}/delivery/SyncReader.ts`,
    search: "UNION SELECT conversation_id FROM messages WHERE forwarded = ${user}",
    replace: "",
    tests: names,
  },
  {
    rule: "talk, access: who is no member any more is told so, whatever the cache says",
    file: `${server}/messages/posting.ts`,
    search: 'Effect.tapErrorTag("MessageNotFound", () => checkNow(conversation, actor)),',
    replace: "",
    tests: examples,
  },
  {
    rule: "talk, drafts: nobody sees those of others",
    file: `${server}/conversations/draftRows.ts`,
    search: "WHERE d.account_id = ${account} AND d.conversation_id",
    replace: "WHERE d.conversation_id",
    tests: oneNode,
  },
  {
    rule: "talk, marks: what one does not send one is not told",
    file: `${server}/receipts/marksReader.ts`,
    search: "CASE WHEN v.read_receipts THEN k.read ELSE 0 END AS read\n",
    replace: "k.read AS read\n",
    tests: oneNode,
  },
  {
    rule: "talk, marks: what one does not send one is not told, live",
    file: `${server}/receipts/marksReader.ts`,
    search: "CASE WHEN v.read_receipts THEN k.read ELSE 0 END AS read, jsonb",
    replace: "k.read AS read, jsonb",
    tests: oneNode,
  },
  {
    rule: "talk, marks: nothing live of whom one has blocked, or is blocked by",
    file: `${server}/receipts/marksReader.ts`,
    search: 'WHERE NOT ${areApart(sql, "v.id", "k.account_id")}\n      GROUP BY',
    replace: "GROUP BY",
    tests: oneNode,
  },
  {
    rule: "talk, marks: a block that was told meanwhile counts",
    file: `${server}/delivery/movedMarks.ts`,
    search: "if (follower.restsAt(mark.log) !== sent) follower.markMoved(mark)",
    replace: "if (false) follower.markMoved(mark)",
    tests: marks,
  },
  {
    rule: "talk, posts: one of a session that has ended is not taken",
    file: `${server}/express/Express.ts`,
    search: "sessions.isLive(caller.session)",
    replace: "true",
    tests: express,
  },
  {
    rule: "talk, posts: what was decided from what holds no longer is decided anew",
    file: `${server}/messages/posting.ts`,
    search: "access.forget(conversation, rev)\n        return goUsualWay()",
    replace: "return goUsualWay()",
    tests: express,
  },
  {
    rule: "talk, posts: what goes the usual way after all costs one message",
    file: `${server}/messages/posting.ts`,
    search: "rates.returnMessage(actor)\n      instead()",
    replace: "instead()",
    tests: express,
  },
  {
    rule: "talk, posts: a repeat is not in the batch of what it repeats",
    file: `${server}/messages/PostWriter.ts`,
    search: " && !ids.has(id)",
    replace: "",
    tests: express,
  },
  {
    rule: "talk, marks: what was read is not told by who has turned that off",
    file: `${server}/messages/Positions.ts`,
    search: "AND u.id = ${account} AND u.read_receipts",
    replace: "AND u.id = ${account}",
    tests: oneNode,
  },
  {
    rule: "talk, marks: they stand still for whom one has blocked",
    file: `${server}/contacts/Contacts.ts`,
    search: "yield* silence.begin(actor, user)",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "talk, groups: who has blocked the one who adds them sees nothing of it",
    file: `${server}/conversations/Groups.ts`,
    search: "if (guests.get(user)?.silenced === true)",
    replace: "if (guests.size < 0)",
    tests: oneNode,
  },
  {
    rule: "talk, invitations: they let in as long as who made them may invite",
    file: `${server}/invitations/InvitationStore.ts`,
    search: "lets: received && mayInvite(access, role)",
    replace: "lets: received",
    tests: oneNode,
  },
  {
    rule: "talk, invitations: those of whom one has blocked do not arrive",
    file: `${server}/rooms/Invitations.ts`,
    search: "const arrives = !silenced && before?.lets !== true",
    replace: "const arrives = before?.lets !== true",
    tests: oneNode,
  },
  {
    rule: "talk, links: nobody comes in with one that was revoked",
    file: `${server}/rooms/InviteLinks.ts`,
    search: "DELETE FROM invite_links WHERE conversation_id = ${conversation} AND seq = ${link}",
    replace: "SELECT ${conversation}::uuid, ${link}::bigint",
    tests: oneNode,
  },
]
