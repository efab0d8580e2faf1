/** The manual page, in the language of man(7), made of what help says. */
import * as Option from "effect/Option"
import type { ArgDoc, ExampleDoc, FlagDoc } from "effect/cli/HelpDoc"
import type { Help } from "./helps.ts"

/** Text as it is: a backslash, a dash and a quote that are meant, and no line that would be an instruction. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replace(/^\./u, "\\&.")

/** Beyond ASCII, by number. */
const ascii = (text: string): string =>
  text.replaceAll(/[^\n\x20-\x7E]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return `\\[u${code.padStart(4, "0")}]`
  })

const bold = (text: string) => `\\fB${plain(text)}\\fR`
const italic = (text: string) => `\\fI${plain(text)}\\fR`

const item = (term: string, text: string) => [".TP", term, plain(text)]

const description = (of: { readonly description: Option.Option<string> }) => Option.getOrElse(of.description, () => "")

const flagItem = (flag: FlagDoc) => {
  const names = [`--${flag.name}`, ...flag.aliases].map(bold).join(", ")
  return item(flag.type === "boolean" ? names : `${names} ${italic(flag.type)}`, description(flag))
}

const argumentItem = (argument: ArgDoc) => item(italic(argument.name), description(argument))

const example = ({ command, description }: ExampleDoc) => [
  ".PP",
  ...(description === undefined ? [] : [`${plain(description)}:`]),
  ".RS 4",
  ".EX",
  plain(command),
  ".EE",
  ".RE",
]

const synopsis = ({ doc, path }: Help) => {
  const words = (doc.args ?? []).map(({ name, required, variadic }) => {
    const word = `${italic(name)}${variadic ? "..." : ""}`
    return required ? word : `[${word}]`
  })
  return [bold(["chat", ...path].join(" ")), ...(doc.flags.length > 0 ? [`[${italic("flags")}]`] : []), ...words].join(
    " ",
  )
}

const command = (help: Help) => [
  ".TP",
  synopsis(help),
  plain(`${help.doc.description}.`),
  ...([...(help.doc.args ?? []).flatMap(argumentItem), ...help.doc.flags.flatMap(flagItem)].length === 0
    ? []
    : [".RS", ...(help.doc.args ?? []).flatMap(argumentItem), ...help.doc.flags.flatMap(flagItem), ".RE"]),
  ...((help.doc.examples ?? []).length === 0 ? [] : [".RS", ...(help.doc.examples ?? []).flatMap(example), ".RE"]),
]

/** Those of a group that do something, in its order; what has commands below it is there with these. */
const group = (title: string, names: ReadonlyArray<string>, helps: ReadonlyArray<Help>) => [
  `.SS ${plain(title)}`,
  ...names.flatMap((name) => helps.filter(({ path }) => path[0] === name)).flatMap(command),
]

/** Markdown without what it is written with. */
const unmarked = (markdown: string) => markdown.replaceAll(/`|\[([^\]]*)\]\([^)]*\)/gu, "$1")

/** The rows of a table in a text in Markdown, without its head. */
const rows = (markdown: string) =>
  [...markdown.matchAll(/^\|(?! -|-| flag )(.*)\|$/gmu)].map(([, cells = ""]) =>
    cells.split("|").map((cell) => unmarked(cell).trim()),
  )

export interface Sources {
  readonly version: string
  readonly helps: ReadonlyArray<Help>
  /** The table of settings in the README. */
  readonly settings: string
  /** What the README says of exit codes. */
  readonly exitCodes: string
}

export const page = ({ version, helps, settings, exitCodes }: Sources): string => {
  const [chat, ...commands] = helps
  if (chat === undefined) throw new Error("no commands")
  const groups = (chat.doc.subcommands ?? []).flatMap(({ group: title = "Commands", commands: listed }) =>
    group(
      title,
      listed.map(({ name }) => name),
      commands,
    ),
  )
  const environment = rows(settings).flatMap(([flag = "", variable = "", text = ""]) =>
    variable === "" ? [] : item(bold(variable), flag === "" ? text : `${flag}: ${text}`),
  )
  const lines = [
    '.\\" Made of what help says.',
    `.TH CHAT 1 "" "chat ${version}" "User Commands"`,
    ".SH NAME",
    "chat \\- talk with people and in rooms, from a terminal or a script",
    ".SH SYNOPSIS",
    bold("chat"),
    `[${bold("--plain")}]`,
    ".PP",
    `${bold("chat")} ${italic("command")} [${italic("flags")}] [${italic("arguments")}]`,
    ".SH DESCRIPTION",
    plain(`${chat.doc.description}.`),
    ".SH OPTIONS",
    ...[...chat.doc.flags, ...(chat.doc.globalFlags ?? [])].flatMap(flagItem),
    ".SH COMMANDS",
    ...groups,
    ".SH EXAMPLES",
    // the heading begins a paragraph already
    ...(chat.doc.examples ?? []).flatMap(example).slice(1),
    ".SH ENVIRONMENT",
    ...environment,
    ".SH EXIT STATUS",
    plain(unmarked(exitCodes)),
  ]
  return `${ascii(lines.join("\n"))}\n`
}
