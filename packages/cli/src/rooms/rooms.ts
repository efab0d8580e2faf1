/** `chat rooms`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Member, Receipt, Room } from "@chat/domain/Conversation"
import { resolveRoom, roomArgument } from "../targets/resolve.ts"
import { isInteractive, Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { Misuse } from "../failure/failures.ts"
import { people } from "./describe.ts"
import { inviteLink, inviteLinks, readLink, revokeLink } from "./invite.ts"
import { archive, deleteRoom, transfer, unarchive } from "./life.ts"
import { ban, bans, kick, role, unban } from "./moderation.ts"
import { readRoomPassword, roomPasswordFlag } from "./password.ts"
import { create, set } from "./settings.ts"

const list = Command.make(
  "list",
  {
    query: Argument.String("query").pipe(
      Argument.withMetavar("Q"),
      Argument.withDescription("Only rooms whose name holds this"),
      Argument.optional,
    ),
  },
  Effect.fn("rooms.list")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const query = Option.match(input.query, { onNone: () => ({}), onSome: (query) => ({ query }) })
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListRooms", { ...query, limit: 100, ...(after === undefined ? {} : { after }) })
      for (const room of page.rooms) {
        const access = room.access === "password" ? "with a password" : ""
        const facts = [people(room.memberCount), room.joined ? "yours" : "", access, printableLine(room.topic)]
        const text = `#${printableLine(room.name)}  ${output.style.faint(facts.filter((fact) => fact !== "").join(", "))}`
        yield* output.show(Room, room, text)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show the rooms that are not private"),
  Command.withExamples([
    { command: "chat rooms list", description: "All of them" },
    { command: "chat rooms list dev", description: "Those with dev in their name" },
  ]),
)

const join = Command.make(
  "join",
  {
    room: Argument.optional(roomArgument),
    stdin: roomPasswordFlag,
    link: Flag.String("link").pipe(
      Flag.withMetavar("LINK"),
      Flag.withDescription("A link into a room, which says what room it is"),
      Flag.optional,
    ),
  },
  Effect.fn("rooms.join")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    if (Option.isSome(input.link)) {
      if (Option.isSome(input.room)) return yield* new Misuse({ detail: "a link says what room it is: leave ROOM out" })
      const command = { commandId: newCommandId(), ...(yield* readLink(input.link.value)) }
      yield* output.show(Receipt, yield* rpc("JoinRoom", command))
      return yield* output.note("You are in")
    }
    if (Option.isNone(input.room))
      return yield* new Misuse({ detail: "which room? Give its name, or a link with --link" })
    const room = yield* resolveRoom(input.room.value)
    const join = (password?: string) =>
      rpc("JoinRoom", {
        commandId: newCommandId(),
        conversation: room.id,
        ...(password === undefined ? {} : { password }),
      })
    const askedFor = readRoomPassword({ stdin: input.stdin, twice: false })
    const receipt = yield* input.stdin
      ? Effect.flatMap(askedFor, join)
      : Effect.catchTag(join(), "RoomPasswordRequired", (error) =>
          isInteractive() && !output.json ? Effect.flatMap(askedFor, join) : Effect.fail(error),
        )
    yield* output.show(Receipt, receipt)
    yield* output.note(`You are in #${room.name}`)
  }),
).pipe(
  Command.withDescription("Become a member of a room, by its name or a link; asks for its password if it has one"),
  Command.withExamples([
    { command: "chat rooms join kitchen" },
    { command: "pass show cellar | chat rooms join cellar --password-stdin", description: "A room with a password" },
    { command: "chat rooms join --link LINK", description: "Any room, by what chat rooms invite-link prints" },
  ]),
)

const leave = Command.make(
  "leave",
  { room: roomArgument },
  Effect.fn("rooms.leave")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const room = yield* resolveRoom(input.room)
    yield* output.show(Receipt, yield* rpc("LeaveRoom", { commandId: newCommandId(), conversation: room.id }))
    yield* output.note(`You left #${room.name}`)
  }),
).pipe(
  Command.withDescription("Be a member of a room no longer; what you could read until then stays readable"),
  Command.withExamples([{ command: "chat rooms leave kitchen" }]),
)

const members = Command.make(
  "members",
  { room: roomArgument },
  Effect.fn("rooms.members")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const conversation = (yield* resolveRoom(input.room)).id
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListMembers", {
        conversation,
        limit: 100,
        ...(after === undefined ? {} : { after }),
      })
      for (const member of page.members) {
        const role = member.role === null || member.role === "member" ? "" : `  ${output.style.faint(member.role)}`
        yield* output.show(Member, member, `@${printableLine(member.user.username)}${role}`)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show who is in a room that you are in"),
  Command.withExamples([{ command: "chat rooms members general" }]),
)

export const rooms = Command.make("rooms").pipe(
  Command.withDescription("Rooms: find, make, join and leave them, and keep order in them"),
  Command.withSubcommands([
    list,
    create,
    join,
    leave,
    members,
    set,
    archive,
    unarchive,
    deleteRoom,
    transfer,
    role,
    kick,
    ban,
    unban,
    bans,
    inviteLink,
    inviteLinks,
    revokeLink,
  ]),
)
