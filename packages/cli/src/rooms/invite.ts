/** `chat rooms invite-link`, `invite-links` and `revoke-link`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Receipt } from "@chat/domain/Conversation"
import { ConversationId } from "@chat/domain/Ids"
import { InviteLink, InviteToken } from "@chat/domain/Invite"
import { CreateInviteLink } from "@chat/domain/InviteRpcs"
import { Seq } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { resolveRoom, roomArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { endOf } from "../terminal/endOf.ts"

const Link = Schema.Tuple([ConversationId, InviteToken])

/** A link as it is handed on, which says what room it is for: that may have no name for whoever gets it. */
const formatLink = (conversation: ConversationId, token: string): string => `${conversation}.${token}`

export const readLink = (text: string) =>
  Schema.decodeUnknownEffect(Link)(text.trim().split(".")).pipe(
    Effect.map(([conversation, link]) => ({ conversation, link })),
    Effect.mapError(() => new Misuse({ detail: "--link is what chat rooms invite-link prints" })),
  )

export const inviteLink = Command.make(
  "invite-link",
  {
    room: roomArgument,
    uses: Flag.Int("uses").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("How many people it lets in; any number if absent"),
      Flag.optional,
    ),
    expires: Flag.String("expires").pipe(
      Flag.withMetavar("DURATION"),
      Flag.withDescription("How long it is good, such as '2 days'; until it is revoked if absent"),
      Flag.optional,
    ),
  },
  Effect.fn("rooms.inviteLink")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const expires = Option.isSome(input.expires) ? { expiresAt: yield* endOf("--expires", input.expires.value) } : {}
    const room = yield* resolveRoom(input.room)
    const uses = Option.isSome(input.uses) ? { uses: input.uses.value } : {}
    const command = { commandId: newCommandId(), conversation: room.id, ...expires, ...uses }
    const made = yield* rpc("CreateInviteLink", command)
    yield* output.show(CreateInviteLink.successSchema, made, formatLink(made.conversation, made.token))
    yield* output.note(`This is link ${made.seq} into #${room.name}: chat rooms join --link LINK`)
  }),
).pipe(
  Command.withDescription(
    "Make a link that lets whoever has it into a room, also a private one or one with a password",
  ),
  Command.withExamples([
    { command: "chat rooms invite-link kitchen" },
    {
      command: "chat rooms invite-link kitchen --uses 1 --expires '2 days'",
      description: "For one person, for a while",
    },
  ]),
)

export const inviteLinks = Command.make(
  "invite-links",
  { room: roomArgument },
  Effect.fn("rooms.inviteLinks")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const conversation = (yield* resolveRoom(input.room)).id
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListInviteLinks", {
        conversation,
        limit: 100,
        ...(after === undefined ? {} : { after }),
      })
      for (const link of page.links) {
        const facts = [
          `by @${printableLine(link.by.username)}`,
          link.uses === null ? `${link.used} came` : `${link.used} of ${link.uses} came`,
          link.expiresAt === null ? "" : `until ${link.expiresAt}`,
        ]
        const text = `${link.link}  ${output.style.faint(facts.filter((fact) => fact !== "").join(", "))}`
        yield* output.show(InviteLink, link, text)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show the links into a room by their numbers; what they are is told only once"),
  Command.withExamples([{ command: "chat rooms invite-links kitchen" }]),
)

export const revokeLink = Command.make(
  "revoke-link",
  {
    room: roomArgument,
    link: Argument.Int("link").pipe(Argument.withMetavar("N"), Argument.withDescription("Its number")),
  },
  Effect.fn("rooms.revokeLink")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const link = yield* Schema.decodeEffect(Seq)(input.link).pipe(
      Effect.mapError(() => new Misuse({ detail: "N is a number that chat rooms invite-links shows" })),
    )
    const room = yield* resolveRoom(input.room)
    const command = { commandId: newCommandId(), conversation: room.id, link }
    yield* output.show(Receipt, yield* rpc("RevokeInviteLink", command))
    yield* output.note(`Nobody comes into #${room.name} with link ${link}`)
  }),
).pipe(
  Command.withDescription("End a link into a room: nobody comes in with it any more"),
  Command.withExamples([{ command: "chat rooms revoke-link kitchen 12" }]),
)
