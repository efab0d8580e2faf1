/** `chat rooms role`, `kick`, `ban`, `unban` and `bans`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Receipt } from "@chat/domain/Conversation"
import { Ban, BanReason } from "@chat/domain/Room"
import { Timestamp } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { resolveRoom, roomArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { findUser, userArgument } from "../users/named.ts"

/** Whom it is about, and where. */
const resolveBoth = Effect.fnUntraced(function* (input: { readonly room: string; readonly user: string }) {
  const room = yield* resolveRoom(input.room)
  const user = yield* findUser(input.user)
  return { room, user, command: { commandId: newCommandId(), conversation: room.id, user: user.id } }
})

export const role = Command.make(
  "role",
  {
    room: roomArgument,
    user: userArgument,
    role: Argument.Literals("role", ["moderator", "member"]).pipe(
      Argument.withDescription("What they are from now on: moderator or member"),
    ),
  },
  Effect.fn("rooms.role")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { room, user, command } = yield* resolveBoth(input)
    yield* output.show(Receipt, yield* rpc("SetMemberRole", { ...command, role: input.role }))
    yield* output.note(`@${user.username} is a ${input.role} of #${room.name}`)
  }),
).pipe(
  Command.withDescription("Make a member of your room a moderator, or a moderator a member"),
  Command.withExamples([{ command: "chat rooms role kitchen bob moderator" }]),
)

export const kick = Command.make(
  "kick",
  { room: roomArgument, user: userArgument },
  Effect.fn("rooms.kick")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { room, user, command } = yield* resolveBoth(input)
    yield* output.show(Receipt, yield* rpc("KickMember", command))
    yield* output.note(`@${user.username} is not in #${room.name}`)
  }),
).pipe(
  Command.withDescription("Remove a member, who may come back"),
  Command.withExamples([{ command: "chat rooms kick kitchen eve" }]),
)

/** A time that a flag gives. */
export const readUntil = (text: string) => {
  const time = new Date(text)
  const until = Number.isNaN(time.getTime()) ? Option.none() : Schema.decodeUnknownOption(Timestamp)(time.toISOString())
  return Option.match(until, {
    onNone: () => Effect.fail(new Misuse({ detail: "--until is not a time such as 2030-01-31 or 2030-01-31T18:00" })),
    onSome: Effect.succeed,
  })
}

export const ban = Command.make(
  "ban",
  {
    room: roomArgument,
    user: userArgument,
    reason: Flag.String("reason").pipe(
      Flag.withMetavar("TEXT"),
      Flag.withDescription("Why, in one line; they are told it"),
      Flag.withDefault(""),
    ),
    until: Flag.String("until").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("When it ends, such as 2030-01-31T18:00; for good if absent"),
      Flag.optional,
    ),
  },
  Effect.fn("rooms.ban")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const reason = yield* Schema.decodeEffect(BanReason)(input.reason).pipe(
      Effect.mapError(() => new Misuse({ detail: "--reason is one line of at most 250 characters" })),
    )
    const until = Option.isSome(input.until) ? { until: yield* readUntil(input.until.value) } : {}
    const { room, user, command } = yield* resolveBoth(input)
    yield* output.show(Receipt, yield* rpc("BanMember", { ...command, reason, ...until }))
    yield* output.note(`@${user.username} is banned from #${room.name}`)
  }),
).pipe(
  Command.withDescription("Keep somebody out of a room, and remove them if they are in it"),
  Command.withExamples([
    { command: "chat rooms ban kitchen eve --reason 'advertising'" },
    { command: "chat rooms ban kitchen eve --until 2030-01-31", description: "Until a day, in your time zone or UTC" },
  ]),
)

export const unban = Command.make(
  "unban",
  { room: roomArgument, user: userArgument },
  Effect.fn("rooms.unban")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { room, user, command } = yield* resolveBoth(input)
    yield* output.show(Receipt, yield* rpc("UnbanMember", command))
    yield* output.note(`@${user.username} may come into #${room.name}`)
  }),
).pipe(Command.withDescription("Lift a ban"), Command.withExamples([{ command: "chat rooms unban kitchen eve" }]))

export const bans = Command.make(
  "bans",
  { room: roomArgument },
  Effect.fn("rooms.bans")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const conversation = (yield* resolveRoom(input.room)).id
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListBans", { conversation, limit: 100, ...(after === undefined ? {} : { after }) })
      for (const found of page.bans) {
        const facts = [
          `by @${printableLine(found.by.username)}`,
          found.until === null ? "" : `until ${found.until}`,
          printableLine(found.reason),
        ]
        const text = `@${printableLine(found.user.username)}  ${output.style.faint(facts.filter((fact) => fact !== "").join(", "))}`
        yield* output.show(Ban, found, text)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show who is kept out of a room, and why"),
  Command.withExamples([{ command: "chat rooms bans kitchen" }]),
)
