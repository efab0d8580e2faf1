/** `chat friends`, `chat block`, `chat unblock`, `chat blocks` and `chat settings`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Contact, type ContactPage, Preferences } from "@chat/domain/Contact"
import { AccountReceipt } from "@chat/domain/User"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { findUser, userArgument } from "../users/named.ts"

type About =
  | "SendFriendRequest"
  | "CancelFriendRequest"
  | "AcceptFriendRequest"
  | "DeclineFriendRequest"
  | "RemoveFriend"
  | "BlockUser"
  | "UnblockUser"

/** A command about somebody: what it calls, and what is said when it is done. */
const about = (name: string, call: About, description: string, done: (user: string) => string) =>
  Command.make(
    name,
    { user: userArgument },
    Effect.fn(`contacts.${name}`)(function* (input) {
      const output = yield* Output
      const { rpc } = yield* ChatHttp
      const { id, username } = yield* findUser(input.user)
      yield* output.show(AccountReceipt, yield* rpc(call, { commandId: newCommandId(), user: id }))
      yield* output.note(done(`@${printableLine(username)}`))
    }),
  ).pipe(
    Command.withDescription(description),
    Command.withExamples(({ commandPath }) => [{ command: `${commandPath.join(" ")} bob` }]),
  )

interface Page {
  readonly limit: number
  readonly after?: string
}

const showAll = Effect.fnUntraced(function* <E, R>(
  read: (page: Page) => Effect.Effect<ContactPage, E, R>,
  suffix: string = "",
) {
  const output = yield* Output
  let after: string | null | undefined
  while (after !== null) {
    const page: ContactPage = yield* read({ limit: 100, ...(after === undefined ? {} : { after }) })
    for (const contact of page.contacts) {
      yield* output.show(Contact, contact, `@${printableLine(contact.user.username)}${output.style.faint(suffix)}`)
    }
    after = page.next
  }
})

const list = Command.make(
  "list",
  {},
  Effect.fn("friends.list")(function* () {
    const { rpc } = yield* ChatHttp
    yield* showAll((page) => rpc("ListFriends", page))
  }),
).pipe(Command.withDescription("Show your friends"), Command.withExamples([{ command: "chat friends list" }]))

const requests = Command.make(
  "requests",
  {},
  Effect.fn("friends.requests")(function* () {
    const { rpc } = yield* ChatHttp
    yield* showAll((page) => rpc("ListFriendRequests", { direction: "received", ...page }), "  asks you")
    yield* showAll((page) => rpc("ListFriendRequests", { direction: "sent", ...page }), "  asked by you")
  }),
).pipe(
  Command.withDescription("Show friend requests that have not been answered, received and sent"),
  Command.withExamples([{ command: "chat friends requests" }]),
)

export const friends = Command.make("friends").pipe(
  Command.withDescription("Friends and friend requests"),
  Command.withSubcommands([
    list,
    requests,
    about("add", "SendFriendRequest", "Ask somebody to be friends, or say yes", (user) => `You have asked ${user}`),
    about("accept", "AcceptFriendRequest", "Say yes to a friend request", (user) => `${user} is your friend now`),
    about("decline", "DeclineFriendRequest", "Say no to a friend request", (user) => `You have declined ${user}`),
    about("cancel", "CancelFriendRequest", "Take a friend request back", (user) => `You ask ${user} no more`),
    about("remove", "RemoveFriend", "End a friendship", (user) => `${user} is your friend no longer`),
  ]),
)

export const block = about("block", "BlockUser", "See nothing more from somebody", (user) => `${user} is blocked`)
export const unblock = about("unblock", "UnblockUser", "End a block", (user) => `${user} is blocked no longer`)

export const blocks = Command.make(
  "blocks",
  {},
  Effect.fn("contacts.blocks")(function* () {
    const { rpc } = yield* ChatHttp
    yield* showAll((page) => rpc("ListBlocks", page))
  }),
).pipe(Command.withDescription("Show whom you have blocked"), Command.withExamples([{ command: "chat blocks" }]))

const write = Command.make(
  "write",
  {
    who: Argument.Literals("who", ["everybody", "friends"]).pipe(
      Argument.withDescription("Who may write to you: everybody or friends"),
    ),
  },
  Effect.fn("settings.write")(function* ({ who }) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    yield* output.show(AccountReceipt, yield* rpc("SetPreferences", { commandId: newCommandId(), whoMayWrite: who }))
    yield* output.note(`You take direct messages from ${who}`)
  }),
).pipe(
  Command.withDescription("Decide who may write to you"),
  Command.withExamples([{ command: "chat settings write friends", description: "Only friends may write to you" }]),
)

const show = Command.make(
  "show",
  {},
  Effect.fn("settings.show")(function* () {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const preferences = yield* rpc("GetPreferences", undefined)
    yield* output.show(Preferences, preferences, `Direct messages from ${preferences.whoMayWrite}`)
  }),
).pipe(Command.withDescription("Show what you have decided"), Command.withExamples([{ command: "chat settings show" }]))

export const preferences = Command.make("settings").pipe(
  Command.withDescription("What you have decided about your account"),
  Command.withSubcommands([show, write]),
)
