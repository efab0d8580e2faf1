/** The commands of the line mode: what can be typed, and what help says of it. */
import { nearest } from "./words.ts"

/** In the groups in which help shows them; what may be left out stands in brackets. */
const groups = [
  {
    title: "Conversations",
    commands: [
      {
        name: "to",
        takes: "TARGET [TEXT]",
        says: "talk with @user, @user,@user, in #room, or in the conversation with this number; with a text, say it there",
      },
      { name: "list", takes: "", says: "show your conversations" },
      { name: "group", takes: "USER USER...", says: "begin a conversation of a few people" },
      { name: "add", takes: "USER", says: "add somebody to this group" },
      { name: "more", takes: "", says: "show what was said before" },
      { name: "show", takes: "N...", says: "show messages by their numbers, whoever wrote them" },
      { name: "who", takes: "", says: "show who is here, and who is there now" },
      { name: "marks", takes: "", says: "show how far the others have got" },
      { name: "search", takes: "WORDS", says: 'find messages: words, "phrases", from:@ann, in:#room, has:link' },
      { name: "threads", takes: "", says: "show the threads that you are in here" },
      {
        name: "mute",
        takes: "[--mentions] [--until TIME]",
        says: "be told nothing of this conversation, or of mentions only",
      },
      { name: "unmute", takes: "", says: "be told of everything here again" },
    ],
  },
  {
    title: "Messages: N is the number before one, or last",
    commands: [
      { name: "reply", takes: "N TEXT", says: "answer a message" },
      { name: "thread", takes: "N [TEXT]", says: "say it in the thread of a message; without a text, show the thread" },
      { name: "edit", takes: "[N] TEXT", says: "change your last message, or message N" },
      { name: "delete", takes: "[N]", says: "delete your last message, or message N, for everybody" },
      { name: "hide", takes: "N", says: "delete a message for yourself only" },
      { name: "forward", takes: "N TARGET", says: "send the text of a message on" },
      { name: "react", takes: "N EMOJI", says: "put an emoji under a message" },
      { name: "unreact", takes: "N EMOJI", says: "take one of yours back" },
      { name: "pin", takes: "N", says: "pin a message, for everybody here" },
      { name: "unpin", takes: "N", says: "take the pin away" },
      { name: "pins", takes: "", says: "show what is pinned here" },
      { name: "star", takes: "N", says: "put a message aside for later" },
      { name: "unstar", takes: "N", says: "take the star away" },
      { name: "stars", takes: "", says: "show what you put aside" },
      { name: "unread", takes: "N", says: "mark a message and what came after it as unread" },
      { name: "revisions", takes: "[N]", says: "show what a message of yours said before you changed it" },
      { name: "report", takes: "N REASON", says: "report a message to the moderators of the server" },
    ],
  },
  {
    title: "People",
    commands: [
      { name: "online", takes: "", says: "show who is there" },
      { name: "status", takes: "STATE", says: "choose how others see you: online, away, dnd or invisible" },
      { name: "away", takes: "", says: "be seen as away" },
      { name: "back", takes: "", says: "be seen as there again" },
      { name: "find", takes: "NAME", says: "find people" },
      { name: "profile", takes: "[USER]", says: "show what somebody says about themselves" },
      { name: "friends", takes: "[add|accept|decline|cancel|remove USER]", says: "show your friends, ask, answer" },
      { name: "friend", takes: "USER", says: "ask somebody to be friends" },
      { name: "requests", takes: "", says: "show who asks to be friends, and whom you ask" },
      { name: "block", takes: "USER", says: "see nothing more from somebody, who is not told" },
      { name: "unblock", takes: "USER", says: "end a block" },
      { name: "blocks", takes: "", says: "show whom you have blocked" },
    ],
  },
  {
    title: "Rooms",
    commands: [
      { name: "rooms", takes: "[NAME]", says: "show the rooms that are not private" },
      { name: "create", takes: "ROOM [TOPIC]", says: "make a room" },
      { name: "join", takes: "ROOM", says: "come into a room, by its name or a link" },
      { name: "leave", takes: "", says: "leave this room or group" },
      { name: "topic", takes: "TEXT", says: "change what this room is about" },
      { name: "invite", takes: "USER", says: "invite somebody to this room" },
      { name: "invitations", takes: "[decline ROOM]", says: "show the rooms that you are invited to, or say no" },
      { name: "invite-link", takes: "[--uses N] [--expires '2 days']", says: "make a link into this room" },
      { name: "invite-links", takes: "", says: "show the links, by their numbers" },
      { name: "revoke-link", takes: "NUMBER", says: "end a link" },
      { name: "transfer", takes: "USER", says: "hand this room over to another member" },
      { name: "role", takes: "USER ROLE", says: "make somebody here a moderator, or a member" },
      { name: "kick", takes: "USER", says: "remove somebody, who may come back" },
      { name: "ban", takes: "USER [REASON]", says: "keep somebody out of this room" },
      { name: "unban", takes: "USER", says: "lift a ban" },
      { name: "bans", takes: "", says: "show who is kept out, and why" },
    ],
  },
  {
    title: "Here",
    commands: [
      { name: "sessions", takes: "[revoke ID]", says: "show where you are signed in, or end it there" },
      { name: "notices", takes: "", says: "show what the server tells everybody" },
      { name: "export", takes: "FILE", says: "write everything that concerns you to a file" },
      { name: "help", takes: "[NAME]", says: "show this, or only what begins like NAME" },
      { name: "quit", takes: "", says: "end; so does Ctrl-D" },
    ],
  },
] as const

export type CommandName = (typeof groups)[number]["commands"][number]["name"]

interface Row {
  readonly name: CommandName
  readonly takes: string
  readonly says: string
}

const rowsOf = ({ commands }: { readonly commands: ReadonlyArray<Row> }): ReadonlyArray<Row> => commands

export const commands: ReadonlyArray<Row> = groups.flatMap(rowsOf)

/** What else is often typed. */
const aliases: Record<string, CommandName> = {
  members: "who",
  names: "who",
  presence: "who",
  whois: "profile",
  users: "find",
  msg: "to",
  query: "to",
  exit: "quit",
}

/** A typed line: a command, a text to send, or something that is better asked about than sent. */
export type Typed =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Command"; readonly name: CommandName; readonly rest: string }
  | { readonly _tag: "Doubtful"; readonly why: string }

const find = (word: string) => {
  const typed = word.toLowerCase()
  return commands.find(({ name }) => name === (aliases[typed] ?? typed))
}

export const isCommand = (name: string): name is CommandName => commands.some((command) => command.name === name)

/** How a command is written. */
export const usage = (name: CommandName): string => `write /${name} ${find(name)?.takes ?? ""}`.trimEnd()

const unknown = (word: string): string => {
  const meant = nearest(
    word.toLowerCase(),
    commands.map(({ name }) => name),
  )
  const suggestion = meant === undefined ? "see /help" : `did you mean /${meant}? See /help`
  return `there is no command /${word}: ${suggestion}, or begin with // to send it`
}

export const readTyped = (line: string): Typed => {
  if (line.trim() === "") return { _tag: "Nothing" }
  if (line.startsWith("//")) return { _tag: "Text", text: line.slice(1) }
  const [, space = "", word = "", rest = ""] = /^(\s*)\/(\S*)\s*([\s\S]*)$/u.exec(line) ?? []
  if (space === "" && line.startsWith("/")) {
    const command = find(word)
    if (command === undefined) return { _tag: "Doubtful", why: unknown(word) }
    if (/^[^[]/u.test(command.takes) && rest === "") return { _tag: "Doubtful", why: usage(command.name) }
    return { _tag: "Command", name: command.name, rest }
  }
  // a slip of the finger must not tell a room what was meant for the program
  if (space !== "" && find(word) !== undefined) {
    return { _tag: "Doubtful", why: `not sent: it looks like the command /${word} after a space` }
  }
  return { _tag: "Text", text: line }
}

const column = 22

/** Every command, in its group; of one name only those that begin like it. */
export const helpText = (name: string = ""): string => {
  const begins = name.replace(/^\//u, "").toLowerCase()
  const shown = groups.flatMap((group) => {
    const lines = rowsOf(group)
      .filter((command) => command.name.startsWith(begins))
      .map((command) => `--   /${`${command.name} ${command.takes}`.padEnd(column)} ${command.says}`)
    return lines.length === 0 ? [] : [`-- ${group.title}:`].concat(lines)
  })
  if (begins !== "") return shown.length === 0 ? `-- ${unknown(begins)}` : shown.join("\n")
  return [
    "-- Type and press Enter to send; a text that begins with / is sent with // at its beginning.",
    ...shown,
  ].join("\n")
}
