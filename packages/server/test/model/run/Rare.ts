// How often a run met what is rare and matters. What it should have met and did not is a failure of the test: a program
// that never gets into trouble proves nothing.
export const rareCases = [
  "retry in flight",
  "retry after a lost answer",
  "repeat of something old",
  "repeat of what would be refused",
  "id of something else",
  "removal with posts waiting",
  "both open the same conversation",
  "text over the limit",
  "cut during catch-up",
  "cut in the middle of a frame",
  "begun from what was kept",
  "sync replaced by another",
  "join in the middle of Sync",
  "leave in the middle of Sync",
  "came back after leaving",
  "snapshot: new",
  "snapshot: gap",
  "snapshot: mark",
  "account snapshot: gap",
  "account snapshot: mark",
  "events not for the viewer",
  "position moved elsewhere",
  "fetch overtaken by an edit",
  "fetch overtaken by a deletion",
  "fetch overtaken by a reaction",
  "fetch overtaken by a pin",
  "reaction or pin over the limit",
  "deleted with reactions",
  "fetch ahead of the cursor",
  "fetch overtaken by a snapshot",
  "members changed during a fetch",
  "called otherwise while one was away",
  "called otherwise during a fetch",
  "name that somebody has",
  "kick with posts waiting",
  "ban against join",
  "settings against posts",
  "refused by what is set for the room",
  "no way into the room",
  "not allowed by one's role",
  "room ended",
  "said to nobody",
  "changed for nobody",
  "changed for both after it was for one",
  "conversation that one has not seen",
  "conversation revealed",
  "block against posts",
  "refused by who takes friends only",
  "request that does not arrive",
  "friends by asking each other",
  "hidden while unread",
  "fetch overtaken by hiding",
  "cut after the account came anew",
  "put aside, and then gone",
  "read, and unread again",
  "notifications changed",
  "window partly loaded",
  "unread after a deletion",
  "fetch overtaken by an answer",
  "thread read elsewhere",
  "deleted from a thread",
  "mention in a thread",
  "said to nobody in a thread",
  "everybody mentioned",
  "mention taken back",
  "forward of what one cannot see",
  "answer to what one cannot see",
  "draft written elsewhere",
  "draft gone with its author",
  "group that one has not seen",
  "group revealed",
  "added to a group again",
  "account deleted",
  "account erased",
  "asked by whose account is no more",
  "mark told",
  "marks loaded",
  "mark that stands still",
  "read and not told",
  "invitation that does not arrive",
  "invitation that arrives later",
  "invitation revoked",
  "invitation declined",
  "link or invitation that lets nobody in",
  "member invited",
  "link revoked",
  "came in by invitation",
  "came in by a link",
  "told while one was away",
  "withdrawn while one was away",
  "more to tell everybody than there may be",
  "notice of who looks after nothing",
  "notice withdrawn again",
  "repeat of a notice that was withdrawn",
  "restart in the middle of commands",
  "restart under a Sync",
] as const

export const rareCasesOfNodes = [
  "the same command on two nodes at once",
  "post refused for a removal on another node",
  "notice dropped",
  "notice doubled",
  "notice late",
] as const

export type RareCase = (typeof rareCases)[number] | (typeof rareCasesOfNodes)[number]

export class Rare {
  private readonly counts = new Map<RareCase, number>()

  met(what: RareCase, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }

  count(what: RareCase): number {
    return this.counts.get(what) ?? 0
  }

  add(other: Rare): void {
    for (const [what, times] of other.counts) this.met(what, times)
  }
}
