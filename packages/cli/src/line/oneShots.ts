/** Commands of the line mode that are those of the program, run on what is open. */
import * as CliError from "effect/cli/CliError"
import * as CliConfig from "effect/cli/CliConfig"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type { ChatHttp } from "@chat/client/http/ChatHttp"
import packageJson from "../../package.json" with { type: "json" }
import { exportAll } from "../account/export.ts"
import { profile } from "../account/profile.ts"
import { block, blocks, friends, unblock } from "../contacts/contacts.ts"
import { Misuse, onOneLine } from "../failure/failures.ts"
import type { Failure } from "../failure/report.ts"
import { group, groups } from "../groups/groups.ts"
import { pins, stars } from "../marks/lists.ts"
import { hide, pin, react, star, unpin, unreact, unstar } from "../marks/marks.ts"
import { mute, unmute } from "../marks/mute.ts"
import { unread } from "../marks/unread.ts"
import { deleteMessage } from "../messages/delete.ts"
import { forward } from "../messages/forward.ts"
import { revisions } from "../messages/revisions.ts"
import { search } from "../messages/search.ts"
import { threads } from "../messages/threads.ts"
import { notices } from "../notices/notices.ts"
import { marks, online, status } from "../presence/presence.ts"
import { report } from "../reports/reports.ts"
import { invitations, invite } from "../rooms/invitations.ts"
import { rooms } from "../rooms/rooms.ts"
import { sessions } from "../session/sessions.ts"
import type { Output } from "../terminal/Output.ts"
import { users } from "../users/users.ts"
import type { CommandName } from "./commands.ts"
import { cut, unquoted, wordsOf } from "./words.ts"

/** What a command is about: nothing that is open, the open conversation by its id or by its name, or the open room. */
export type Where = "anywhere" | "here" | "named" | "room"

interface Options {
  /** From the command that is given to the one below it that is meant. */
  readonly path?: ReadonlyArray<string>
  /** From what is typed to arguments; words, if absent. */
  readonly args?: (text: string) => ReadonlyArray<string>
  /** What the command is about stands after the arguments. */
  readonly targetLast?: boolean
  /** What happens here is shown when it happens, and need not be said. */
  readonly quiet?: boolean
  /** Whether it may ask for a password, of what was typed. */
  readonly asks?: (text: string) => boolean
  /** What is opened afterwards, of what was typed. */
  readonly opens?: (text: string) => string
}

interface OneShot {
  readonly where: Where
  readonly quiet: boolean
  readonly asks: (text: string) => boolean
  readonly opens: ((text: string) => string) | undefined
  /** As from a shell: `target` is what it is about, `text` what was typed after its name. */
  readonly run: (target: string, text: string) => Effect.Effect<void, Failure, Needed>
}

/** What commands of the program need. */
type Needed = ChatHttp | Output | Command.Environment

const misuse = (error: CliError.CliError): Misuse => {
  const [first] = error._tag === "ShowHelp" ? error.errors : [error]
  return new Misuse({ detail: first === undefined ? "that is not all" : onOneLine(first.message) })
}

const oneShot = <Name extends string, Input, Context>(
  command: Command.Command<Name, Input, Context, Failure | CliError.CliError, Needed>,
  where: Where,
  { path = [], args = wordsOf, targetLast = false, quiet = false, asks = () => false, opens }: Options = {},
): OneShot => ({
  where,
  quiet,
  asks,
  opens,
  run: (target: string, text: string) =>
    Command.runWith(command, { version: packageJson.version, renderErrors: false })([
      ...path,
      ...(where === "anywhere" || targetLast ? [] : [target]),
      ...args(text),
      ...(targetLast ? [target] : []),
    ]).pipe(
      Effect.provideService(CliConfig.CliConfig, { builtIns: [] }),
      Effect.catchIf(CliError.isCliError, (error) => Effect.fail(misuse(error))),
    ),
})

const inRoom = (name: string, options: Options = {}) => oneShot(rooms, "room", { path: [name], ...options })

/** The one that is meant if none is named. */
const orLast = (text: string) => [text.trim() === "" ? "last" : text.trim()]

/** A word, and either what a flag takes, as it is, or flags. */
const wordAnd = (flag: string) => (text: string) => {
  const [first, rest] = cut(text)
  return [first, ...(rest.startsWith("--") ? wordsOf(rest) : [`--${flag}=${unquoted(rest)}`])]
}

/** A link begins with the id of the conversation that it is into. */
const linkedId = (text: string) => /^([0-9a-f-]{36})\.\S+$/u.exec(text.trim())?.[1]

const nameOf = (text: string) => `#${cut(text)[0].replace(/^#/u, "")}`

const groupOf = (text: string) => `${wordsOf(text).join(",")},`

const table = {
  group: oneShot(group, "anywhere", { opens: groupOf }),
  add: oneShot(groups, "here", { path: ["add"], quiet: true }),
  marks: oneShot(marks, "here"),
  // as it was typed: what stands in quotes is a phrase
  search: oneShot(search, "anywhere", { args: (text) => text.trim().split(/\s+/u) }),
  threads: oneShot(threads, "here"),
  mute: oneShot(mute, "named"),
  unmute: oneShot(unmute, "named"),
  delete: oneShot(deleteMessage, "here", { args: orLast, quiet: true }),
  hide: oneShot(hide, "here"),
  forward: oneShot(forward, "here"),
  react: oneShot(react, "here", { quiet: true }),
  unreact: oneShot(unreact, "here", { quiet: true }),
  pin: oneShot(pin, "here", { quiet: true }),
  unpin: oneShot(unpin, "here", { quiet: true }),
  pins: oneShot(pins, "here"),
  star: oneShot(star, "here"),
  unstar: oneShot(unstar, "here"),
  stars: oneShot(stars, "anywhere"),
  unread: oneShot(unread, "here"),
  revisions: oneShot(revisions, "here", { args: orLast }),
  report: oneShot(report, "here", { path: ["message"], args: wordAnd("reason") }),
  online: oneShot(online, "anywhere"),
  status: oneShot(status, "anywhere"),
  away: oneShot(status, "anywhere", { path: ["away"] }),
  back: oneShot(status, "anywhere", { path: ["online"] }),
  find: oneShot(users, "anywhere", { path: ["search"], args: (text) => [text.trim()] }),
  profile: oneShot(profile, "anywhere", { path: ["show"] }),
  friends: oneShot(friends, "anywhere", { args: (text) => (text === "" ? ["list"] : wordsOf(text)) }),
  friend: oneShot(friends, "anywhere", { path: ["add"] }),
  requests: oneShot(friends, "anywhere", { path: ["requests"] }),
  block: oneShot(block, "anywhere"),
  unblock: oneShot(unblock, "anywhere"),
  blocks: oneShot(blocks, "anywhere"),
  rooms: oneShot(rooms, "anywhere", { path: ["list"] }),
  create: oneShot(rooms, "anywhere", {
    path: ["create"],
    asks: (text) => /\s--.*password/u.test(text),
    args: wordAnd("topic"),
    opens: nameOf,
  }),
  join: oneShot(rooms, "anywhere", {
    path: ["join"],
    asks: () => true,
    args: (text) => (linkedId(text) === undefined ? [text.trim()] : ["--link", text.trim()]),
    opens: (text) => linkedId(text) ?? nameOf(text),
  }),
  topic: inRoom("set", { args: (text) => [`--topic=${unquoted(text)}`], quiet: true }),
  invite: oneShot(invite, "room", { targetLast: true }),
  invitations: oneShot(invitations, "anywhere"),
  "invite-link": inRoom("invite-link"),
  "invite-links": inRoom("invite-links"),
  "revoke-link": inRoom("revoke-link"),
  transfer: inRoom("transfer", { quiet: true }),
  role: inRoom("role", { quiet: true }),
  kick: inRoom("kick", { quiet: true }),
  ban: inRoom("ban", { args: wordAnd("reason"), quiet: true }),
  unban: inRoom("unban", { quiet: true }),
  bans: inRoom("bans"),
  sessions: oneShot(sessions, "anywhere"),
  notices: oneShot(notices, "anywhere"),
  export: oneShot(exportAll, "anywhere", { args: (text) => [`--file=${unquoted(text)}`] }),
} satisfies Partial<Record<CommandName, OneShot>>

export type OneShotName = keyof typeof table

export const oneShots: Readonly<Record<OneShotName, OneShot>> = table

export const isOneShot = (name: CommandName): name is OneShotName => Object.hasOwn(oneShots, name)
