// Which rare cases a step has met.
import { conversationLog } from "@chat/domain/Ids"
import { reactionsAt } from "../world/reactions.ts"
import { type Answered, type Command, type Of, idOf, isDurable, isPost } from "../commands/Command.ts"
import { noteContacts } from "./contactNotes.ts"
import { noteOwn } from "./ownNotes.ts"
import { noteEntries } from "./entryNotes.ts"
import { noteNotices } from "./noticeNotes.ts"
import { noteTalk } from "./talkNotes.ts"
import type { RareCase } from "./Rare.ts"
import { type Running, worldOf } from "./Running.ts"
import { logOf, pair, upTo, type World } from "../world/World.ts"
import { membersAt } from "../world/rooms.ts"

interface Step {
  readonly running: Running
  /** What the devices followed when the commands were sent. */
  readonly before: ReadonlyArray<Running["devices"][number]["following"]>
  readonly after: ReadonlyArray<World>
  readonly sent: ReadonlyArray<{ readonly node: number; readonly command: Command }>
  readonly answered: ReadonlyArray<Answered>
}

export const noteCommands = (step: Step): void => {
  const { rare } = step.running
  noteRepeats(step)
  noteRemovals(step)
  noteMeetings(step)
  noteContacts(worldOf(step.running), step.after[0] ?? worldOf(step.running), step.answered, rare)
  noteEntries(worldOf(step.running), step.after[0] ?? worldOf(step.running), step.answered, rare)
  noteTalk(worldOf(step.running), step.after[0] ?? worldOf(step.running), step.answered, rare)
  noteOwn(worldOf(step.running), step.answered, rare)
  noteNotices(worldOf(step.running), step.answered, rare)
  const opened = new Set<string>()
  for (const { command, answer } of step.answered) {
    if (answer._tag === "Refused" && answer.error === "TooLarge") rare.met("text over the limit")
    if (answer._tag === "Refused" && answer.error === "IdTaken") rare.met("id of something else")
    if (answer._tag === "Refused" && answer.error === "CapacityExceeded") rare.met("reaction or pin over the limit")
    if (command.type === "DeleteMessage") noteDeletion(step, command)
    if (command.type === "DeleteRoom" && answer._tag === "Receipt") rare.met("room ended")
    if (answer._tag === "Refused") {
      for (const [what, errors] of refusals) if (errors.includes(answer.error)) rare.met(what)
    }
    if (answer._tag === "Refused" && answer.error === "UsernameTaken") rare.met("name that somebody has")
    if (command.type !== "OpenDirect" || answer._tag !== "Receipt") continue
    const fresh = !worldOf(step.running).logs.has(answer.receipt.log)
    if (fresh && opened.has(pair(answer.receipt.log, command.user))) rare.met("both open the same conversation")
    opened.add(pair(answer.receipt.log, command.actor))
  }
}

const refusals: ReadonlyArray<readonly [RareCase, ReadonlyArray<string>]> = [
  ["refused by what is set for the room", ["RoomArchived", "ReadOnly", "SlowMode"]],
  ["no way into the room", ["Banned", "RoomPasswordRequired", "WrongRoomPassword"]],
  ["not allowed by one's role", ["Forbidden"]],
  ["asked by whose account is no more", ["Unauthenticated"]],
]

/** What met at the same room. */
const noteMeetings = ({ running: { rare }, answered }: Step): void => {
  for (const { command: first, answer } of answered) {
    if (!("conversation" in first) || answer._tag !== "Receipt") continue
    const there = answered.filter(
      ({ command }) => command !== first && "conversation" in command && command.conversation === first.conversation,
    )
    const posts = there.filter(({ command }) => isPost(command))
    if (first.type === "UpdateRoom" && posts.length > 0) rare.met("settings against posts")
    if (first.type !== "KickMember" && first.type !== "BanMember") continue
    if (posts.some(({ command }) => command.actor === first.user)) rare.met("kick with posts waiting")
    const joins = there.some(({ command }) => command.type === "JoinRoom" && command.actor === first.user)
    if (first.type === "BanMember" && joins) rare.met("ban against join")
  }
}

const noteDeletion = ({ running }: Step, { conversation, message }: Of<"DeleteMessage">): void => {
  const log = logOf(worldOf(running), conversation)
  const seq = log.findIndex(({ fact }) => fact.type === "MessagePosted" && fact.id === message) + 1
  if (reactionsAt(log, seq).length > 0) running.rare.met("deleted with reactions")
}

const noteRepeats = ({ running, sent }: Step): void => {
  const { rare } = running
  const world = worldOf(running)
  const nodes = new Map<string, Set<number>>()
  for (const { command, node } of sent) {
    if (!isDurable(command)) continue
    const key = pair(command.actor, idOf(command))
    const others = nodes.get(key)
    if (others === undefined) {
      nodes.set(key, new Set([node]))
      if (!world.commands.has(key)) continue
      rare.met("repeat of something old")
      if (!isPost(command)) continue
      if (!membersAt(logOf(world, command.conversation)).has(command.actor)) rare.met("repeat of what would be refused")
      continue
    }
    rare.met("retry in flight")
    if (!others.has(node)) rare.met("the same command on two nodes at once")
    others.add(node)
  }
}

const noteRemovals = ({ running, before, after, sent, answered }: Step): void => {
  const { rare, devices } = running
  const [then, now] = [worldOf(running), after[0] ?? worldOf(running)]
  for (const [id, log] of now.logs) {
    const head = logOf(then, id).length
    for (const [seq, { fact }] of upTo(log, log.length)) {
      if (seq <= head || (fact.type !== "MemberLeft" && fact.type !== "MemberJoined")) continue
      const catching = devices.some(
        (device, index) =>
          device.user.id === fact.user && before[index] !== undefined && !before[index].protocol.caughtUp,
      )
      const wasThere = upTo(log, seq - 1).some(
        ([, { fact: old }]) => old.type === "MemberLeft" && old.user === fact.user,
      )
      if (fact.type === "MemberJoined") {
        if (catching) rare.met("join in the middle of Sync")
        if (wasThere) rare.met("came back after leaving")
        continue
      }
      if (catching) rare.met("leave in the middle of Sync")
      const theirs = (command: Command) => isPost(command) && command.conversation === id && command.actor === fact.user
      if (answered.some(({ command }) => theirs(command))) rare.met("removal with posts waiting")
      const leaver = sent.find(({ command }) => command.type === "LeaveRoom" && command.actor === fact.user)
      const elsewhere = answered.some(({ command, answer }, index) => {
        const refused = answer._tag === "Refused" && answer.error === "NotMember"
        return theirs(command) && refused && sent[index]?.node !== leaver?.node
      })
      if (elsewhere) rare.met("post refused for a removal on another node")
    }
  }
}

export const noteStates = ({ devices, worlds, rare }: Running): void => {
  const [world] = worlds
  if (world === undefined) return
  for (const device of devices) {
    for (const { id, unread, seq, position } of device.state.conversations.values()) {
      if (device.stale.has(conversationLog(id)) || unread === 0) continue
      const deleted = upTo(logOf(world, id), seq).some(
        ([, { fact, actor }]) =>
          fact.type === "MessageDeleted" && fact.message > position.seq && actor !== device.user.id,
      )
      if (deleted) rare.met("unread after a deletion")
    }
  }
}
