/** `chat invite` and `chat invitations`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Invitation, SentInvitation } from "@chat/domain/Invite"
import { AccountReceipt } from "@chat/domain/User"
import { resolveRoom, roomArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { findUser, userArgument } from "../users/named.ts"
import { people } from "./describe.ts"

const nameOf = (name: string) => `@${printableLine(name)}`

export const invite = Command.make(
  "invite",
  { user: userArgument, room: roomArgument },
  Effect.fn("invitations.invite")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const [user, room] = [yield* findUser(input.user), yield* resolveRoom(input.room)]
    const command = { commandId: newCommandId(), conversation: room.id, user: user.id }
    yield* output.show(AccountReceipt, yield* rpc("InviteToRoom", command))
    yield* output.note(`${nameOf(user.username)} is invited to #${room.name}`)
  }),
).pipe(
  Command.withDescription(
    "Invite somebody to a room: they come in without a password or a link, also to a private one",
  ),
  Command.withExamples([{ command: "chat invite @bob kitchen" }]),
)

const showReceived = Effect.gen(function* () {
  const output = yield* Output
  const { rpc } = yield* ChatHttp
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListInvitations", { limit: 100, ...(after === undefined ? {} : { after }) })
    for (const invitation of page.invitations) {
      const { name, topic, memberCount, by } = invitation
      const facts = [`${nameOf(by.username)} invites you`, people(memberCount), printableLine(topic)]
      const text = `#${printableLine(name)}  ${output.style.faint(facts.filter((fact) => fact !== "").join(", "))}`
      yield* output.show(Invitation, invitation, text)
    }
    after = page.next
  }
})

const showSent = Effect.fnUntraced(function* (name: string) {
  const output = yield* Output
  const { rpc } = yield* ChatHttp
  const conversation = (yield* resolveRoom(name)).id
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListRoomInvitations", {
      conversation,
      limit: 100,
      ...(after === undefined ? {} : { after }),
    })
    for (const invitation of page.invitations) {
      const text = `${nameOf(invitation.user.username)}  ${output.style.faint(`by ${nameOf(invitation.by.username)}`)}`
      yield* output.show(SentInvitation, invitation, text)
    }
    after = page.next
  }
})

const decline = Command.make(
  "decline",
  { room: roomArgument },
  Effect.fn("invitations.decline")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const room = yield* resolveRoom(input.room)
    const command = { commandId: newCommandId(), conversation: room.id }
    yield* output.show(AccountReceipt, yield* rpc("DeclineInvitation", command))
    yield* output.note(`You are not invited to #${room.name} any more`)
  }),
).pipe(
  Command.withDescription("Say no to an invitation; chat rooms join says yes"),
  Command.withExamples([{ command: "chat invitations decline kitchen" }]),
)

const revoke = Command.make(
  "revoke",
  { user: userArgument, room: roomArgument },
  Effect.fn("invitations.revoke")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const [user, room] = [yield* findUser(input.user), yield* resolveRoom(input.room)]
    const command = { commandId: newCommandId(), conversation: room.id, user: user.id }
    yield* output.show(AccountReceipt, yield* rpc("RevokeInvitation", command))
    yield* output.note(`${nameOf(user.username)} is not invited to #${room.name} any more`)
  }),
).pipe(
  Command.withDescription("Take an invitation back"),
  Command.withExamples([{ command: "chat invitations revoke @bob kitchen" }]),
)

export const invitations = Command.make(
  "invitations",
  {
    room: Flag.String("room").pipe(
      Flag.withMetavar("ROOM"),
      Flag.withDescription("Who is invited to this room, where you may invite"),
      Flag.optional,
    ),
  },
  (input) => Option.match(input.room, { onNone: () => showReceived, onSome: showSent }),
).pipe(
  Command.withDescription("Show the rooms that you are invited to, or who is invited to a room"),
  Command.withExamples([
    { command: "chat invitations", description: "Yours" },
    { command: "chat invitations --room kitchen", description: "Those to a room" },
  ]),
  Command.withSubcommands([decline, revoke]),
)
