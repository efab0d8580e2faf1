/** `chat rooms create` and `chat rooms set`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Receipt } from "@chat/domain/Conversation"
import { HistoryVisibility, RoomAccess, type RoomChanges } from "@chat/domain/Room"
import { RoomName, Topic } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { resolveRoom, roomArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { readRoomPassword, roomPasswordFlag } from "./password.ts"

const flags = {
  topic: Flag.String("topic").pipe(
    Flag.withMetavar("TEXT"),
    Flag.withDescription("What it is about, in one line"),
    Flag.optional,
  ),
  history: Flag.Literals("history", HistoryVisibility.literals).pipe(
    Flag.withDescription("What newcomers can read: everything, or what comes after they joined"),
    Flag.optional,
  ),
  access: Flag.Literals("access", RoomAccess.literals).pipe(
    Flag.withDescription("Who comes in: everybody, whoever knows the password, or whoever is invited"),
    Flag.optional,
  ),
  stdin: roomPasswordFlag,
  slowMode: Flag.Int("slow-mode").pipe(
    Flag.withMetavar("SECONDS"),
    Flag.withDescription("How long a member waits between two messages; 0: not at all"),
    Flag.optional,
  ),
  readOnly: Flag.Boolean("read-only").pipe(Flag.withDescription("Only the owner and moderators write"), Flag.optional),
  memberLimit: Flag.Int("member-limit").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("How many members it takes; 0: as many as the server allows"),
    Flag.optional,
  ),
}

interface Given {
  readonly topic: Option.Option<string>
  readonly history: Option.Option<HistoryVisibility>
  readonly access: Option.Option<RoomAccess>
  readonly stdin: boolean
  readonly slowMode: Option.Option<number>
  readonly readOnly: Option.Option<boolean>
  readonly memberLimit: Option.Option<number>
}

const readRoomName = (text: string) =>
  Schema.decodeEffect(RoomName)(text.replace(/^#/u, "")).pipe(
    Effect.mapError(() => new Misuse({ detail: "a room's name is one word of letters, digits, '_', '.' and '-'" })),
  )

const readTopic = (text: string) =>
  Schema.decodeEffect(Topic)(text).pipe(Effect.mapError(() => new Misuse({ detail: "--topic is not a single line" })))

const given = <const Key extends string, A>(key: Key, value: Option.Option<A>) =>
  // One key with its value, or none: which the type of a computed key does not say.
  (Option.isSome(value) ? { [key]: value.value } : {}) as { readonly [K in Key]?: A }

/** What was asked for; where there is to be a password, it is read. */
const readSettings = Effect.fnUntraced(function* (input: Given) {
  const topic = Option.isSome(input.topic) ? Option.some(yield* readTopic(input.topic.value)) : Option.none<Topic>()
  const access = input.stdin ? Option.orElse(input.access, () => Option.some("password" as const)) : input.access
  const needs = input.stdin || (Option.isSome(access) && access.value === "password")
  const password = needs ? Option.some(yield* readRoomPassword({ stdin: input.stdin, twice: true })) : Option.none()
  return {
    ...given("topic", topic),
    ...given("history", input.history),
    ...given("access", access),
    ...given("password", password),
    ...given("slowMode", input.slowMode),
    ...given("readOnly", input.readOnly),
    ...given("memberLimit", input.memberLimit),
  } satisfies RoomChanges
})

const entry = { public: "others come in with", password: "whoever knows the password comes in with" } as const

export const create = Command.make(
  "create",
  {
    room: roomArgument,
    ...flags,
    private: Flag.Boolean("private").pipe(
      Flag.withoutNegation,
      Flag.withDescription("The same as --access private: it is hidden from whoever is not a member"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("rooms.create")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const name = yield* readRoomName(input.room)
    const settings = yield* readSettings(input.private ? { ...input, access: Option.some("private") } : input)
    const { access = "public" } = settings
    const usual = { topic: Topic.make(""), history: "all" } as const
    const receipt = yield* rpc("CreateRoom", { ...usual, ...settings, commandId: newCommandId(), name })
    yield* output.show(Receipt, receipt)
    const how = access === "private" ? "it is hidden from others" : `${entry[access]}: chat rooms join ${name}`
    yield* output.note(`Made #${name}; ${how}`)
  }),
).pipe(
  Command.withDescription("Make a room, which you own"),
  Command.withExamples([
    { command: "chat rooms create kitchen --topic 'What is for lunch'", description: "With a topic" },
    { command: "chat rooms create staff --history joined", description: "Newcomers do not see what was said before" },
    { command: "chat rooms create board --private", description: "Hidden from whoever is not a member" },
    {
      command: "pass show cellar | chat rooms create cellar --password-stdin",
      description: "Whoever knows the password comes in",
    },
  ]),
)

export const set = Command.make(
  "set",
  {
    room: roomArgument,
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("What it is called from now on"),
      Flag.optional,
    ),
    ...flags,
  },
  Effect.fn("rooms.set")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const name = Option.isSome(input.name) ? { name: yield* readRoomName(input.name.value) } : {}
    const changes = { ...name, ...(yield* readSettings(input)) }
    if (Object.keys(changes).length === 0) {
      return yield* new Misuse({ detail: "nothing is to change: see chat rooms set --help" })
    }
    const room = yield* resolveRoom(input.room)
    yield* output.show(Receipt, yield* rpc("UpdateRoom", { commandId: newCommandId(), conversation: room.id, changes }))
    yield* output.note(`Changed #${"name" in changes ? changes.name : room.name}`)
  }),
).pipe(
  Command.withDescription(
    "Change what is set for a room: moderators its name, topic and manners, its owner everything",
  ),
  Command.withExamples([
    { command: "chat rooms set kitchen --topic 'Soup today'" },
    { command: "chat rooms set kitchen --slow-mode 30", description: "Each member writes twice a minute" },
    { command: "chat rooms set kitchen --no-read-only", description: "All members write again" },
    { command: "chat rooms set kitchen --access private", description: "Whoever is not a member sees it no more" },
  ]),
)
