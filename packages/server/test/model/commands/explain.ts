// What commands do in the model: each answer that the server gave is held against every world in which it could be given.
import { type Answer, type Answered, type Durable, idOf, isDurable, isPost, remembered } from "./Command.ts"
import { changeProfile } from "./accounts.ts"
import { aboutUser, setPreferences } from "./contacts.ts"
import { changeMessage, forwardMessage, postMessage } from "./messages.ts"
import { delivered, setReceipts } from "./marks.ts"
import { setDraft } from "./drafts.ts"
import { addToGroup, leaveGroup, openGroup } from "./groups.ts"
import { createInviteLink, declineInvitation, inviteToRoom, revokeInvitation, revokeInviteLink } from "./invitations.ts"
import { changeNotices } from "./notices.ts"
import type { Outcome } from "./outcome.ts"
import { hideMessage, starMessage } from "./personal.ts"
import { changePosition, type Judgement } from "./positions.ts"
import { pin, react } from "./reactions.ts"
import { banMember, kickMember, setMemberRole, transferRoom, unbanMember } from "./moderation.ts"
import { openDirect } from "./direct.ts"
import { createRoom, deleteRoom, joinRoom, leaveRoom, updateRoom } from "./rooms.ts"
import { reveal, silencedIn, unseenBy } from "../world/contacts.ts"
import { logOf, pair, type World } from "../world/World.ts"

const judge = (world: World, { command, answer }: Answered): Judgement => {
  // Nothing is accepted from whoever has gone, nor answered again.
  if (world.departed.has(command.actor)) {
    return answer._tag === "Refused" && answer.error === "Unauthenticated" ? { world } : { expected: "Unauthenticated" }
  }
  if (command.type === "SetDraft") return setDraft(world, command, answer)
  if (command.type === "Delivered") return delivered(world, command, answer)
  if (command.type === "BroadcastNotice" || command.type === "WithdrawNotice") {
    return changeNotices(world, command, answer)
  }
  if (!isDurable(command)) return changePosition(world, command, answer)
  const outcome = run(world, command, answer)
  if ("refused" in outcome) {
    return answer._tag === "Refused" && answer.error === outcome.refused ? { world } : { expected: outcome.refused }
  }
  const { done } = outcome
  const expected = `Receipt ${done.log}/${done.seq} ${done.at}`
  if (answer._tag !== "Receipt") return { expected }
  const { receipt } = answer
  const agrees = receipt.log === done.log && receipt.seq === done.seq && (done.at ?? receipt.at) === receipt.at
  const made = logOf(outcome.world, done.log)[done.seq - 1]?.fact
  // A repeat is given the same.
  const isSame = command.type !== "CreateInviteLink" || made?.type !== "InviteLinkMade" || made.token === receipt.token
  return agrees && isSame ? { world: outcome.world } : { expected }
}

/** What takes somebody else. */
const toOneself: ReadonlySet<string> = new Set([
  "OpenDirect",
  "SendFriendRequest",
  "CancelFriendRequest",
  "AcceptFriendRequest",
  "DeclineFriendRequest",
  "RemoveFriend",
  "BlockUser",
  "UnblockUser",
])

const run = (world: World, command: Durable, answer: Answer): Outcome => {
  if ("user" in command && toOneself.has(command.type) && command.actor === command.user) {
    return { refused: "BadRequest" }
  }
  const key = pair(command.actor, idOf(command))
  const before = world.commands.get(key)
  if (before !== undefined) {
    return before.type === remembered[command.type] ? { world, done: before } : { refused: "IdTaken" }
  }
  const outcome = attempt(world, command, answer)
  if ("refused" in outcome) return outcome
  return { ...outcome, world: { ...outcome.world, commands: new Map(outcome.world.commands).set(key, outcome.done) } }
}

const attempt = (world: World, command: Durable, answer: Answer): Outcome => {
  switch (command.type) {
    case "OpenDirect":
      return openDirect(world, command, answer)
    case "OpenGroup":
      return openGroup(world, command, answer)
    case "AddToGroup":
      return addToGroup(world, command, answer)
    case "LeaveGroup":
      return leaveGroup(world, command, answer)
    case "CreateRoom":
      return createRoom(world, command, answer)
    case "JoinRoom":
      return joinRoom(world, command, answer)
    case "LeaveRoom":
      return leaveRoom(world, command, answer)
    case "UpdateRoom":
      return updateRoom(world, command, answer)
    case "DeleteRoom":
      return deleteRoom(world, command, answer)
    case "TransferRoom":
      return transferRoom(world, command, answer)
    case "SetMemberRole":
      return setMemberRole(world, command, answer)
    case "KickMember":
      return kickMember(world, command, answer)
    case "BanMember":
      return banMember(world, command, answer)
    case "UnbanMember":
      return unbanMember(world, command, answer)
    case "InviteToRoom":
      return inviteToRoom(world, command, answer)
    case "RevokeInvitation":
      return revokeInvitation(world, command, answer)
    case "DeclineInvitation":
      return declineInvitation(world, command, answer)
    case "CreateInviteLink":
      return createInviteLink(world, command, answer)
    case "RevokeInviteLink":
      return revokeInviteLink(world, command, answer)
    case "PostMessage":
      return postMessage(world, command, answer)
    case "ForwardMessage":
      return forwardMessage(world, command, answer)
    case "EditMessage":
    case "DeleteMessage":
      return changeMessage(world, command, answer)
    case "React":
    case "Unreact":
      return react(world, command, answer)
    case "PinMessage":
    case "UnpinMessage":
      return pin(world, command, answer)
    case "HideMessage":
      return hideMessage(world, command, answer)
    case "StarMessage":
    case "UnstarMessage":
      return starMessage(world, command, answer)
    case "SendFriendRequest":
    case "CancelFriendRequest":
    case "AcceptFriendRequest":
    case "DeclineFriendRequest":
    case "RemoveFriend":
    case "BlockUser":
    case "UnblockUser":
      return aboutUser(world, command, answer)
    case "SetPreferences":
      return setPreferences(world, command, answer)
    case "SetReceipts":
      return setReceipts(world, command, answer)
    case "UpdateProfile":
    case "ChangeUsername":
      return changeProfile(world, command, answer)
  }
}

const inOrder = <A>(map: ReadonlyMap<string, A>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

const signature = ({ formerly: _, ...world }: World): string =>
  JSON.stringify(Object.values(world).map((map) => inOrder<unknown>(map)))

const distinct = (worlds: Iterable<World>): ReadonlyArray<World> => [
  ...new Map([...worlds].map((world) => [signature(world), world])).values(),
]

/**
 * The world, and those in which one of the posts that are on their way has revealed its conversation to who had not seen it:
 * that happens before the post is placed, and stays so if it is not.
 */
const revealings = (world: World, left: ReadonlyArray<Answered>): ReadonlyArray<World> => {
  const worlds = [world]
  for (const { command } of left) {
    if (!isPost(command)) continue
    const { actor, conversation } = command
    const unseen = unseenBy(logOf(world, conversation))
    const isSilent = silencedIn(world, conversation, actor) !== undefined
    if (unseen !== undefined && unseen !== actor && !isSilent) worlds.push(reveal(world, conversation))
  }
  return worlds
}

/**
 * Every world in which commands that ran at the same time can have got these answers, one after the other in some order;
 * or why there is none.
 */
export const explain = (
  worlds: ReadonlyArray<World>,
  answered: ReadonlyArray<Answered>,
): { readonly worlds: ReadonlyArray<World>; readonly complaints: ReadonlyArray<string> } => {
  const complaints = new Set<string>()
  const go = (then: ReadonlyArray<World>, left: ReadonlyArray<Answered>): ReadonlyArray<World> => {
    if (left.length === 0) return then
    const before = then.flatMap((world) => revealings(world, left))
    return left.flatMap((next, index) => {
      const after: Array<World> = []
      for (const world of before) {
        const judgement = judge(world, next)
        if ("world" in judgement) after.push(judgement.world)
        else complaints.add(`${JSON.stringify(next)} should have been ${judgement.expected}`)
      }
      return after.length === 0 ? [] : go(distinct(after), left.toSpliced(index, 1))
    })
  }
  const found = distinct(go(worlds, answered))
  return { worlds: found, complaints: found.length > 0 ? [] : [...complaints] }
}
