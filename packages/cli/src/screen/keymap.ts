/** Which key does what: the one place from which keys are read, shown by help and written down in the docs. */

/** Where a key counts: always; while somebody writes; in any text that is written; with a message selected; in a list that lies over the timeline. */
type Where = "anywhere" | "writing" | "editing" | "message" | "list"

interface Binding {
  readonly action: string
  readonly keys: ReadonlyArray<string>
  readonly says: string
}

const bindings = {
  anywhere: [
    { action: "help", keys: ["F1"], says: "show the keys and commands" },
    {
      action: "switcher",
      keys: ["F2", "C-k"],
      says: "go to a conversation; Ctrl-K where nothing stands behind the cursor",
    },
    { action: "members", keys: ["F3"], says: "show who is here, or not any more" },
    { action: "search", keys: ["F4", "C-f"], says: "find messages" },
    { action: "nextUnread", keys: ["M-a"], says: "go to what is unread: mentions first" },
    { action: "goto1", keys: ["M-1"], says: "go to the first conversation of the list; and so on to Alt-9" },
    { action: "goto2", keys: ["M-2"], says: "" },
    { action: "goto3", keys: ["M-3"], says: "" },
    { action: "goto4", keys: ["M-4"], says: "" },
    { action: "goto5", keys: ["M-5"], says: "" },
    { action: "goto6", keys: ["M-6"], says: "" },
    { action: "goto7", keys: ["M-7"], says: "" },
    { action: "goto8", keys: ["M-8"], says: "" },
    { action: "goto9", keys: ["M-9"], says: "" },
    { action: "above", keys: ["M-Up"], says: "go to the conversation above in the list" },
    { action: "below", keys: ["M-Down"], says: "go to the one below" },
    { action: "previous", keys: ["M-l"], says: "go back to the conversation before" },
    { action: "pageUp", keys: ["PageUp"], says: "look back" },
    { action: "pageDown", keys: ["PageDown"], says: "look on" },
    { action: "lineUp", keys: ["S-Up"], says: "look back by a row" },
    { action: "lineDown", keys: ["S-Down"], says: "look on by a row" },
    { action: "sideUp", keys: ["M-PageUp"], says: "look back among the members" },
    { action: "sideDown", keys: ["M-PageDown"], says: "look on among them" },
    { action: "toUnread", keys: ["M-u"], says: "go to the first message that is new" },
    { action: "toEnd", keys: ["C-End", "M->"], says: "go to the end" },
    { action: "toTop", keys: ["C-Home", "M-<"], says: "go to the beginning of what is loaded" },
    { action: "markRead", keys: ["M-r"], says: "count everything here as read" },
    { action: "close", keys: ["Esc"], says: "close what is open: a list, a selection, a reply, the thread" },
    { action: "cancel", keys: ["C-c"], says: "the same, or empty what is being written; twice: end" },
    { action: "redraw", keys: ["C-l"], says: "draw the screen anew" },
    { action: "suspend", keys: ["C-z"], says: "stop, until the shell's fg" },
    { action: "quit", keys: ["C-q"], says: "end" },
  ],
  writing: [
    { action: "send", keys: ["Enter"], says: "send, or do what the command says" },
    { action: "newline", keys: ["M-Enter", "S-Enter", "C-j"], says: "begin another line" },
    { action: "complete", keys: ["Tab"], says: "complete @people, #rooms, /commands and :emoji:; again: the next" },
    { action: "completeBack", keys: ["S-Tab"], says: "the one before" },
    { action: "editor", keys: ["C-g"], says: "write on in $VISUAL or $EDITOR" },
    { action: "select", keys: ["C-s"], says: "select a message, to do something with it" },
    { action: "end", keys: ["C-d"], says: "with nothing written: end" },
  ],
  editing: [
    { action: "Up", keys: ["Up"], says: "to the row above; from the first, to what was sent before" },
    { action: "Down", keys: ["Down"], says: "to the row below; from the last, to what was sent after" },
    { action: "Left", keys: ["Left", "C-b"], says: "back by a character" },
    { action: "Right", keys: ["Right"], says: "on by a character" },
    { action: "WordLeft", keys: ["M-b", "C-Left", "M-Left"], says: "back by a word" },
    { action: "WordRight", keys: ["M-f", "C-Right", "M-Right"], says: "on by a word" },
    { action: "LineStart", keys: ["C-a", "Home"], says: "to the beginning of the line" },
    { action: "LineEnd", keys: ["C-e", "End"], says: "to the end of the line" },
    { action: "DeleteLeft", keys: ["Backspace", "C-h", "S-Backspace"], says: "delete the character before" },
    { action: "DeleteRight", keys: ["Delete", "C-d"], says: "delete the character after" },
    { action: "KillToBlank", keys: ["C-w"], says: "cut out the word before, up to a blank" },
    { action: "KillWordLeft", keys: ["M-Backspace", "C-Backspace"], says: "cut out the word before" },
    { action: "KillWordRight", keys: ["M-d"], says: "cut out the word after" },
    { action: "KillToLineStart", keys: ["C-u"], says: "cut out the line up to here" },
    { action: "KillToLineEnd", keys: ["C-k"], says: "cut out the line from here on" },
    { action: "Yank", keys: ["C-y"], says: "put back what was cut out" },
    { action: "YankNext", keys: ["M-y"], says: "put back what was cut out before that instead" },
    { action: "Transpose", keys: ["C-t"], says: "swap two characters" },
    { action: "Undo", keys: ["C-_"], says: "undo" },
    { action: "Redo", keys: ["M-_"], says: "do again what was undone" },
  ],
  message: [
    { action: "selectUp", keys: ["Up", "k"], says: "select the message above" },
    { action: "selectDown", keys: ["Down", "j"], says: "select the one below" },
    { action: "reply", keys: ["r"], says: "answer it" },
    { action: "thread", keys: ["t", "Enter"], says: "open its thread" },
    { action: "edit", keys: ["e"], says: "change it, if it is yours" },
    { action: "delete", keys: ["d"], says: "delete it for everybody, or take back what is not sent" },
    { action: "hide", keys: ["x"], says: "delete it for yourself only" },
    { action: "react", keys: ["+", ":"], says: "put an emoji under it, or take yours back" },
    { action: "pin", keys: ["p"], says: "pin it, or take the pin away" },
    { action: "star", keys: ["s"], says: "put it aside for later" },
    { action: "copy", keys: ["y"], says: "copy its text" },
    { action: "openLink", keys: ["o"], says: "open the first link in it" },
    { action: "forward", keys: ["f"], says: "send it on: to whom is written next" },
    { action: "unread", keys: ["u"], says: "count it and what came after as unread" },
    { action: "revisions", keys: ["v"], says: "show what it said before it was changed" },
    { action: "retry", keys: ["R"], says: "try again to send it" },
    { action: "help", keys: ["?"], says: "show this" },
    { action: "close", keys: ["q"], says: "go back to writing" },
  ],
  list: [
    { action: "listUp", keys: ["Up", "C-p"], says: "the one above" },
    { action: "listDown", keys: ["Down", "C-n"], says: "the one below" },
    { action: "choose", keys: ["Enter"], says: "take it" },
  ],
} as const satisfies Record<Where, ReadonlyArray<Binding>>

export type Action = (typeof bindings)[Where][number]["action"]

type EditAction = Exclude<(typeof bindings.editing)[number]["action"], "Up" | "Down">

export const isEdit = (action: Action): action is EditAction =>
  action !== "Up" && action !== "Down" && bindings.editing.some((binding) => binding.action === action)

export const titles: Record<Where, string> = {
  anywhere: "Everywhere",
  writing: "Writing",
  editing: "In a text",
  message: "With a message selected",
  list: "In a list",
}

export const isAction = (text: string): text is Action => rows.some(({ action }) => action === text)

interface Row {
  readonly where: Where
  readonly action: Action
  readonly keys: ReadonlyArray<string>
  readonly says: string
}

const rows: ReadonlyArray<Row> = (["anywhere", "writing", "editing", "message", "list"] as const).flatMap((where) =>
  bindings[where].map(({ action, keys, says }) => ({ where, action, keys, says })),
)

export type Keymap = Readonly<Record<Where, ReadonlyMap<string, Action>>>

/** Other keys for actions than the usual ones, by the name of the action. */
export type Rebound = Readonly<Partial<Record<Action, ReadonlyArray<string>>>>

const keysOf = ({ action, keys }: Row, rebound: Rebound) => rebound[action] ?? keys

export const keymapOf = (rebound: Rebound = {}): Keymap => {
  const of = (where: Where) => {
    const here = rows.filter((row) => row.where === where)
    const pairs = (isChosen: boolean) =>
      here
        .filter(({ action }) => (rebound[action] !== undefined) === isChosen)
        .flatMap((row) => keysOf(row, rebound).map((key): [string, Action] => [key, row.action]))
    // a key that somebody gives to something is taken from what has it usually
    return new Map([...pairs(false), ...pairs(true)])
  }
  return {
    anywhere: of("anywhere"),
    writing: of("writing"),
    editing: of("editing"),
    message: of("message"),
    list: of("list"),
  }
}

const modifiers: Record<string, string> = { C: "Ctrl", M: "Alt", S: "Shift" }

/** As it stands on a keyboard, such as `Ctrl-K`. */
const keyLabel = (key: string): string => {
  const parts = /^((?:[CMS]-)*)(.+)$/su.exec(key)
  const prefix = (parts?.[1] ?? "").split("-").filter((part) => part !== "")
  const name = parts?.[2] ?? key
  return [
    ...prefix.map((part) => modifiers[part] ?? part),
    prefix.length > 0 && name.length === 1 ? name.toUpperCase() : name,
  ].join("-")
}

export interface HelpGroup {
  readonly title: string
  readonly rows: ReadonlyArray<{ readonly action: Action; readonly keys: string; readonly says: string }>
}

/** What help shows. */
export const keyHelp = (rebound: Rebound = {}): ReadonlyArray<HelpGroup> =>
  (["anywhere", "writing", "editing", "message", "list"] as const).map((where) => ({
    title: titles[where],
    rows: rows
      .filter((row) => row.where === where && row.says !== "")
      .map((row) => ({ action: row.action, keys: keysOf(row, rebound).map(keyLabel).join(", "), says: row.says })),
  }))
