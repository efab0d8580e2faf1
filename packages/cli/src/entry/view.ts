/** The form as rows. Pure. */
import { composerView } from "../composer/view.ts"
import { graphemes } from "../text/graphemes.ts"
import { printableLine } from "../text/printable.ts"
import { type Line, span, truncate } from "../text/styled.ts"
import { wrap } from "../text/wrap.ts"
import type { Frame } from "../tty/Painter.ts"
import { type Field, fieldsOf, type Form, isSecret, isText } from "./Form.ts"

const labels: Record<Field, string> = {
  server: "Server",
  choice: "",
  name: "Name",
  email: "Email",
  password: "Password",
  again: "The same again",
}

const margin = 2
/** Columns in front of what is filled in. */
const left = margin + 16

const blank: Line = []

const labelOf = (field: Field, { choice }: Form): string =>
  field === "name" && choice === "in" ? "Name or email" : labels[field]

const choiceOf = ({ choice, at }: Form): Line => {
  const option = (value: Form["choice"], text: string) =>
    span(`${choice === value ? "(•)" : "( )"} ${text}`, choice === value ? { bold: true } : {})
  const hint = at === "choice" ? "   s, l or the arrows choose" : ""
  return [
    span(" ".repeat(margin)),
    option("up", "Sign up"),
    span("   "),
    option("in", "Log in"),
    span(hint, { fg: "muted" }),
  ]
}

/** As many signs as there are characters, so that one sees that something was typed. */
const hidden = (text: string): string => "•".repeat(graphemes(text).length)

/** One row of a text, with the cursor in it. */
const rowOf = (form: Form, field: Exclude<Field, "choice">, columns: number) => {
  const { text, cursor } = form.texts[field]
  const shown = isSecret(field) ? hidden(text) : text
  const at = isSecret(field) ? hidden(text.slice(0, cursor)).length : cursor
  return composerView(shown, at, columns, 1)
}

const serverNote = ({ asked, problems }: Form): string =>
  problems.server !== undefined ? "" : asked.answers === null ? "looking for it …" : asked.answers ? "it is there" : ""

interface Row {
  readonly line: Line
  /** The column of the cursor, if it is in this row. */
  readonly cursor?: number
}

const noted = (text: string, columns: number, isProblem: boolean): ReadonlyArray<Row> => {
  const indent = [span(" ".repeat(Math.min(left, columns - 1)))]
  const line = [span(isProblem ? `! ${printableLine(text)}` : text, { fg: isProblem ? "error" : "muted" })]
  return text === "" ? [] : wrap(line, columns, { first: indent, rest: indent }).map((row) => ({ line: row }))
}

const fieldRows = (form: Form, field: Field): ReadonlyArray<Row> => {
  const { columns } = form.size
  const isHere = form.at === field && !form.busy
  if (!isText(field)) {
    return [{ line: blank }, { line: choiceOf(form), ...(isHere ? { cursor: margin + 1 } : {}) }, { line: blank }]
  }
  const { lines, column } = rowOf(form, field, Math.max(2, columns - left))
  const label = span(
    `${" ".repeat(margin)}${labelOf(field, form)}`.padEnd(left),
    isHere ? { bold: true } : { fg: "muted" },
  )
  return [
    { line: [label, ...(lines[0] ?? blank)], ...(isHere ? { cursor: left + column } : {}) },
    ...noted(form.problems[field] ?? "", columns, true),
    ...(field === "server" ? noted(serverNote(form), columns, false) : []),
  ]
}

const hintOf = ({ at, busy, choice, asked }: Form, isLast: boolean): string => {
  if (busy) return choice === "up" ? "Signing up …" : "Logging in …"
  if (at === "server" && asked.answers === false) return "Enter tries again, as it is done by itself; Ctrl-C ends"
  return `Enter ${isLast ? (choice === "up" ? "signs up" : "logs in") : "goes on"}, Tab and the arrows move; Ctrl-C ends`
}

const rowsOf = (form: Form): ReadonlyArray<Row> => {
  const { columns } = form.size
  const fields = fieldsOf(form)
  const who =
    form.profile === "default" ? "You are not signed in" : `You are not signed in with the profile ${form.profile}`
  const hint = hintOf(form, form.at === fields.at(-1))
  return [
    { line: [span("  chat", { fg: "title" }), span(`  ${who}`, { fg: "muted" })] },
    { line: blank },
    ...fields.flatMap((field) => fieldRows(form, field)),
    { line: blank },
    ...noted(form.problems.all ?? "", columns, true),
    { line: [span(`${" ".repeat(margin)}${hint}`, { fg: "muted" })] },
  ]
}

/** On a small terminal those rows that are around the cursor. */
export const view = (form: Form): Frame => {
  const { columns, rows: height } = form.size
  const rows = rowsOf(form)
  const row = Math.max(
    0,
    rows.findIndex(({ cursor }) => cursor !== undefined),
  )
  const top = Math.max(0, Math.min(row - Math.floor(height / 2), rows.length - height))
  const column = rows[row]?.cursor
  const shown = Array.from({ length: height }, (_, index) => truncate(rows[top + index]?.line ?? blank, columns))
  const cursor = column === undefined || column >= columns ? {} : { cursor: { row: row - top, column } }
  return { rows: shown, title: "chat", ...cursor }
}
