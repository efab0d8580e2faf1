// What people do to get others into rooms, and to get in.
import type { CommandId, UserId } from "@chat/domain/Ids"
import { Seq, Timestamp } from "@chat/domain/Values"
import type { Command } from "../commands/Command.ts"
import { linksInto } from "../world/invitations.ts"
import { membersAt } from "../world/rooms.ts"
import { conversationsIn, logOf } from "../world/World.ts"
import { conversationFor, nth } from "./places.ts"
import type { Call } from "./Program.ts"
import type { Context } from "./resolve.ts"

const [longAgo, later] = [Timestamp.make("2000-01-01T00:00:00.000Z"), Timestamp.make("2100-01-01T00:00:00.000Z")]

const termsFor = ({ what, where }: Call) => ({
  ...(what % 3 === 0 ? {} : { uses: 1 + Math.abs(what % 2) }),
  ...(where % 5 === 0 ? { expiresAt: what % 2 === 0 ? longAgo : later } : {}),
})

/** A way in, also one that somebody else was given, or that is there no more. */
const byLink = (call: Call, { world }: Context, actor: UserId, commandId: CommandId): Command | undefined => {
  const { what, where } = call
  const made = conversationsIn(world).flatMap((conversation) =>
    logOf(world, conversation).flatMap(({ fact }) =>
      fact.type === "InviteLinkMade" ? [{ conversation, token: fact.token }] : [],
    ),
  )
  const outside = made.filter(({ conversation }) => !membersAt(logOf(world, conversation)).has(actor))
  const way = nth(outside.length === 0 || where % 7 === 6 ? made : outside, what)
  if (way === undefined) return undefined
  const conversation = what % 13 === 12 ? conversationFor(world, actor, where) : way.conversation
  return { type: "JoinRoom", actor, commandId, conversation: conversation ?? way.conversation, link: way.token }
}

/** A command about an invitation or a link, if the call is such a thing. */
export const invitation = (call: Call, context: Context, actor: UserId, commandId: CommandId): Command | undefined => {
  const { kind, what, where } = call
  const { world, users } = context
  if (kind === "join by link") {
    const join = byLink(call, context, actor, commandId)
    if (join !== undefined) return join
  }
  if (kind === "come" || kind === "decline") {
    const own = [...world.invitations.values()].filter(({ user }) => user === actor)
    const conversation = nth(own, what % 5 === 4 ? where : what)?.conversation ?? conversationFor(world, actor, where)
    if (conversation === undefined) return undefined
    const type = kind === "come" ? "JoinRoom" : "DeclineInvitation"
    return { type, actor, commandId, conversation }
  }
  const conversation = conversationFor(world, actor, where)
  if (conversation === undefined) return undefined
  const base = { actor, commandId, conversation }
  const log = logOf(world, conversation)
  const outside = users.map(({ id }) => id).filter((id) => !membersAt(log).has(id))
  const invited = [...world.invitations.values()].filter((one) => one.conversation === conversation)
  const user = nth(outside, what % 7 === 6 ? 0 : what) ?? nth(users, what)?.id ?? actor
  switch (kind) {
    case "invite":
      return { type: "InviteToRoom", ...base, user: what % 23 === 22 ? (commandId as string as UserId) : user }
    case "revoke invitation":
      return { type: "RevokeInvitation", ...base, user: nth(invited, what)?.user ?? user }
    // Where there is no link so far.
    case "join by link":
    case "link":
      return { type: "CreateInviteLink", ...base, ...termsFor(call) }
    case "revoke link":
      return { type: "RevokeInviteLink", ...base, link: Seq.make(nth(linksInto(log), what)?.link ?? 1) }
    default:
      return undefined
  }
}
