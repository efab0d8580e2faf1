// Each rule that the rest relies on, and a patch that takes it away. A test must fail without it.

export interface Tests {
  readonly project: "domain" | "server" | "simulation"
  readonly file: string
  /** Only tests whose name holds this. */
  readonly name?: string
}

export interface Mutant {
  readonly rule: string
  readonly file: string
  /** Is in the file exactly once. */
  readonly search: string
  readonly replace: string
  readonly tests: Tests
}

const model = "packages/server/test/model"
const embedded: Tests = { project: "server", file: `${model}/embedded.test.ts` }
const oneNode: Tests = { project: "server", file: `${model}/postgres.test.ts`, name: "one node" }
const twoNodes: Tests = { project: "server", file: `${model}/postgres.test.ts`, name: "two nodes" }
const locks: Tests = { project: "server", file: "packages/server/test/logs/Logs.test.ts" }
const follower: Tests = { project: "server", file: "packages/server/test/followers/Follower.test.ts" }
const examples: Tests = { project: "server", file: `${model}/examples.test.ts` }
const names: Tests = { project: "server", file: `${model}/names.test.ts` }
const rooms: Tests = { project: "server", file: `${model}/rooms.test.ts` }
const links: Tests = { project: "server", file: "packages/server/test/contract/http.test.ts", name: "link" }
const makers: Tests = { ...links, name: "in a public room every member" }
const racing: Tests = { project: "server", file: "packages/server/test/rooms/races.test.ts", name: "a link is for" }
const state: Tests = { project: "domain", file: "packages/domain/test/state" }

const server = "packages/server/src"
const domain = "packages/domain/src"

export const mutants: ReadonlyArray<Mutant> = [
  {
    rule: "lock order: logs are locked by id",
    file: `${server}/logs/Logs.ts`,
    search: "ORDER BY id FOR UPDATE",
    replace: "ORDER BY id DESC FOR UPDATE",
    tests: locks,
  },
  {
    rule: "locks: what is decided is decided under the lock",
    file: `${server}/logs/Logs.ts`,
    search: "ORDER BY id FOR UPDATE",
    replace: "ORDER BY id",
    tests: oneNode,
  },
  {
    rule: "access_rev: a batch holds only if access has not changed",
    file: `${server}/messages/PostBatch.ts`,
    search: "ON k.id = w.conversation AND k.access_rev = w.rev",
    replace: "ON k.id = w.conversation",
    tests: twoNodes,
  },
  {
    rule: "access_rev: a removal raises it",
    file: `${server}/logs/Logs.ts`,
    search: "access_rev = access_rev + 1",
    replace: "access_rev = access_rev",
    tests: twoNodes,
  },
  {
    rule: "rev: an older version of a message does not replace a newer one",
    file: `${domain}/state/window.ts`,
    search: "same.rev > known.rev ? same : known",
    replace: "same.rev >= 0 ? same : known",
    tests: state,
  },
  {
    rule: "rev: an edit raises it",
    file: `${server}/messages/Messages.ts`,
    search: "SET body = ${body}, rev = ${seq},",
    replace: "SET body = ${body},",
    tests: embedded,
  },
  {
    rule: "asOf: what came after a page was read is applied to it",
    file: `${domain}/state/window.ts`,
    search: "return now.rev > message.rev ? now : message",
    replace: "return now.rev < 0 ? now : message",
    tests: oneNode,
  },
  {
    rule: "asOf: a page from before a snapshot is of no use",
    file: `${domain}/state/fetches.ts`,
    search: "item.page.asOf < fetch.since",
    replace: "item.page.asOf < 0",
    tests: state,
  },
  {
    rule: "contiguity: only the next event goes out",
    file: `${server}/followers/Follower.ts`,
    search: "event.seq === followed.sent + 1",
    replace: "event.seq > followed.sent",
    tests: twoNodes,
  },
  {
    rule: "contiguity: an older event is dropped",
    file: `${server}/followers/Follower.ts`,
    search: "if (event.seq <= followed.sent) continue",
    replace: "if (event.seq < followed.sent) continue",
    tests: twoNodes,
  },
  {
    rule: "head check: it finds the events that nobody told of",
    file: `${server}/delivery/Delivery.ts`,
    search: 'else if (seq !== null) notify({ _tag: "LogAdvanced", log, seq })',
    replace: "else if (seq !== null) continue",
    tests: twoNodes,
  },
  {
    rule: "head check: it finds the positions that nobody told of",
    file: `${server}/delivery/Delivery.ts`,
    search: 'if (account !== null) notify({ _tag: "PositionMoved", account, log })',
    replace: "if (account !== null) continue",
    tests: twoNodes,
  },
  {
    rule: "mark: a cursor of another history is of no use either where one has left",
    file: `${server}/logs/LogReader.ts`,
    search: "c.seq = w.after AND c.mark = decode(w.mark, 'hex')",
    replace: "c.seq = w.after",
    tests: examples,
  },
  {
    rule: "canSee: not what was before",
    file: `${server}/logs/visibility.ts`,
    search: "AND v.from_seq <= ${sql.literal(seq)}",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "canSee: not what came after a removal",
    file: `${server}/logs/visibility.ts`,
    search: "AND (v.to_seq IS NULL OR v.to_seq >= ${sql.literal(seq)})",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "canSee: an event about a message that one cannot see is skipped",
    file: `${server}/logs/LogReader.ts`,
    search: 'AND (e.message_seq IS NULL OR ${canSee(sql, account, "e.log_id", "e.message_seq", "m.only_for")})',
    replace: "",
    tests: oneNode,
  },
  {
    rule: "canSee: history",
    file: `${server}/messages/History.ts`,
    search: '${conversation} AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}',
    replace: "${conversation}",
    tests: oneNode,
  },
  {
    rule: "canSee: the last message of a list",
    file: `${server}/conversations/ConversationReader.ts`,
    search: 'AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}',
    replace: "",
    tests: oneNode,
  },
  {
    rule: "canSee: what is sent without asking the database",
    file: `${server}/followers/Follower.ts`,
    search: "data.message.seq < from || ",
    replace: "",
    tests: follower,
  },
  {
    rule: "idempotency: a repeat is looked up",
    file: `${server}/logs/Commands.ts`,
    search: "if (known !== undefined) return known\n          const { changed",
    replace: "const { changed",
    tests: embedded,
  },
  {
    rule: "idempotency: what changed nothing is remembered too",
    file: `${server}/logs/Commands.ts`,
    search: "if (!changed) yield* remember(command, { changed, ...receipt })",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "idempotency: repeats on several nodes wait for each other",
    file: `${server}/logs/Commands.ts`,
    search: "yield* sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${command.actor}/${command.id}`}, 0))`",
    replace: "",
    tests: twoNodes,
  },
  {
    rule: "idempotency: a repeated post is looked up before it takes a place",
    file: `${server}/messages/PostBatch.ts`,
    search: "SELECT * FROM input WHERE n NOT IN (SELECT n FROM known)",
    replace: "SELECT * FROM input",
    tests: oneNode,
  },
  {
    rule: "idempotency: a repeat is answered before it is checked",
    file: `${server}/messages/posting.ts`,
    search: "known === undefined ? Effect.fail(error) : Effect.succeed(known)",
    replace: "known === undefined ? Effect.fail(error) : Effect.fail(error)",
    tests: oneNode,
  },
  {
    rule: "removal: it is the last event that goes out live",
    file: `${server}/followers/Follower.ts`,
    search: 'if (event.type === "MemberLeft" && event.data.user.id === this.account) followed.closed = true',
    replace: "",
    tests: follower,
  },
  {
    rule: "removal: who came back does not go on from before it",
    file: `${server}/delivery/Feed.ts`,
    search: "const cameBack = followed.sent < (part.joined ?? 0)",
    replace: "const cameBack = false",
    tests: examples,
  },
  {
    rule: "removal: who came back is told of it first",
    file: `${server}/delivery/Feed.ts`,
    search: "if (logs.some(isEarlier) && (yield* ownIsBehind(feed))) return",
    replace: "",
    tests: examples,
  },
  {
    rule: "order: ConversationGone comes after the last event",
    file: `${server}/delivery/Feed.ts`,
    search: "yield* feedUntil(feed, log, event.data.last)\n",
    replace: "",
    tests: examples,
  },
  {
    rule: "order: ConversationAppeared comes before the first item",
    file: `${server}/delivery/Feed.ts`,
    search: '    follower.send(item)\n    if (event?.type === "ConversationAppeared") {',
    replace:
      '    if (event?.type !== "ConversationAppeared") follower.send(item)\n    if (event?.type === "ConversationAppeared") {',
    tests: oneNode,
  },
  {
    rule: "CaughtUp: every log has come to where it was",
    file: `${server}/delivery/Feed.ts`,
    search: "if (feed.stamp !== undefined) feed.targets.set(log, head)",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "order: a snapshot waits for the word that its conversation went and came back",
    file: `${server}/delivery/Feed.ts`,
    search: "if (yield* ownIsBehind(feed)) return\n    for (const [index",
    replace: "for (const [index",
    tests: examples,
  },
  {
    rule: "positions: one that moves while a Sync begins is not forgotten",
    file: `${server}/followers/Follower.ts`,
    search: "positions: this.movedEarly?.delete(log) ? 1 : 0,",
    replace: "positions: 0,",
    tests: follower,
  },
  {
    rule: "positions: they never go back",
    file: `${server}/messages/Positions.ts`,
    search: "AND p.seq < least(${seq}, l.seq)",
    replace: "",
    tests: oneNode,
  },
  {
    rule: "unread: what is deleted does not count",
    file: `${server}/logs/visibility.ts`,
    search: "AND u.deleted_at IS NULL AND NOT",
    replace: "AND NOT",
    tests: oneNode,
  },
  {
    rule: "names: whoever has caught up calls nobody as they were called before",
    file: `${server}/delivery/Feed.ts`,
    search: "yield* options.refreshNames\n",
    replace: "",
    tests: names,
  },
  {
    rule: "names: what nobody told of is read anew",
    file: `${server}/delivery/Delivery.ts`,
    search: "if (altered.length > 0) yield* directory.refresh(altered)",
    replace: "",
    tests: names,
  },
  {
    rule: "rooms: a full one says so before it asks for a password",
    file: `${server}/rooms/entry.ts`,
    search: 'if (room.memberCount >= limit) return new CapacityExceeded({ resource: "members", limit })\n',
    replace: "",
    tests: rooms,
  },
  {
    rule: "rooms: a password that was given is compared",
    file: `${server}/rooms/comingAndGoing.ts`,
    search: "times: 10,",
    replace: "times: 0,",
    tests: rooms,
  },
  {
    rule: "links: one is good for so many people, however many come at once",
    file: `${server}/rooms/links.ts`,
    search: " AND used >= uses",
    replace: " AND used > uses",
    tests: racing,
  },
  {
    rule: "links: one that has expired lets nobody in",
    file: `${server}/rooms/links.ts`,
    search: "(l.expires_at IS NULL OR l.expires_at > clock_timestamp())",
    replace: "true",
    tests: racing,
  },
  {
    rule: "links: one is good as long as who made it may invite",
    file: `${server}/rooms/links.ts`,
    search: "found !== undefined && mayInvite(found.access, found.role)",
    replace: "found !== undefined",
    tests: makers,
  },
  {
    rule: "links: one is for its room",
    file: `${server}/rooms/links.ts`,
    search: "AND l.conversation_id = ${conversation}",
    replace: "",
    tests: links,
  },
  {
    rule: "links: one that is not good says nothing of the room",
    file: `${server}/rooms/entry.ts`,
    search: "if (proof.link === false) return new InviteInvalid()\n",
    replace: "",
    tests: links,
  },
]
