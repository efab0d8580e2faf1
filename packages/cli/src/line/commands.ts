/** The commands of the line mode: what can be typed, and what help says of it. */

export const commands = [
  { name: "to", takes: "TARGET", says: "talk with @user, in #room, or in the conversation with this number" },
  { name: "list", takes: "", says: "show your conversations" },
  { name: "rooms", takes: "", says: "show the public rooms" },
  { name: "join", takes: "ROOM", says: "come into a room" },
  { name: "leave", takes: "", says: "leave this room" },
  { name: "who", takes: "", says: "show who is here" },
  { name: "more", takes: "", says: "show what was said before" },
  { name: "reply", takes: "N TEXT", says: "answer message N" },
  { name: "thread", takes: "N TEXT", says: "say it in the thread of message N" },
  { name: "edit", takes: "TEXT", says: "change your last message" },
  { name: "delete", takes: "", says: "delete your last message" },
  { name: "topic", takes: "TEXT", says: "change what this room is about" },
  { name: "role", takes: "USER ROLE", says: "make somebody here a moderator, or a member" },
  { name: "kick", takes: "USER", says: "remove somebody from this room" },
  { name: "ban", takes: "USER [REASON]", says: "keep somebody out of this room" },
  { name: "help", takes: "", says: "show this" },
  { name: "quit", takes: "", says: "end; so does Ctrl-D" },
] as const

export type CommandName = (typeof commands)[number]["name"]

/** A typed line: a command, a text to send, or something that is better asked about than sent. */
export type Typed =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Command"; readonly name: CommandName; readonly rest: string }
  | { readonly _tag: "Doubtful"; readonly why: string }

const find = (word: string) => commands.find(({ name }) => name === word.toLowerCase())

export const readTyped = (line: string): Typed => {
  if (line.trim() === "") return { _tag: "Nothing" }
  if (line.startsWith("//")) return { _tag: "Text", text: line.slice(1) }
  const [, space = "", word = "", rest = ""] = /^(\s*)\/(\S*)\s*([\s\S]*)$/u.exec(line) ?? []
  if (space === "" && line.startsWith("/")) {
    const command = find(word)
    if (command === undefined) {
      return { _tag: "Doubtful", why: `there is no command /${word}: see /help, or begin with // to send it` }
    }
    if (command.takes !== "" && rest === "") return { _tag: "Doubtful", why: `write /${command.name} ${command.takes}` }
    return { _tag: "Command", name: command.name, rest }
  }
  // a slip of the finger must not tell a room what was meant for the program
  if (space !== "" && find(word) !== undefined) {
    return { _tag: "Doubtful", why: `not sent: it looks like the command /${word} after a space` }
  }
  return { _tag: "Text", text: line }
}

export const helpText = (): string =>
  [
    "-- Type and press Enter to send. Commands:",
    ...commands.map(({ name, takes, says }) => `--   /${`${name} ${takes}`.padEnd(17)} ${says}`),
    "--   //text       send a text that begins with /",
  ].join("\n")
