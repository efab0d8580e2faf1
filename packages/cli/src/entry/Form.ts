/** What somebody who is not signed in fills in, as plain values; and what can happen to it. */
import { type Composer, emptyComposer, withText } from "../composer/Composer.ts"
import type { Size } from "../tty/Tty.ts"
import type { TtyInput } from "../tty/keys.ts"

/** A new account, or the one that there is. */
type Choice = "up" | "in"

type Text = "server" | "name" | "email" | "password" | "again"
export type Field = Text | "choice"

export const isText = (field: Field): field is Text => field !== "choice"
export const isSecret = (field: Field): boolean => field === "password" || field === "again"

/** From above. */
export const fieldsOf = ({ choice }: Pick<Form, "choice">): ReadonlyArray<Field> =>
  choice === "up"
    ? ["server", "choice", "name", "email", "password", "again"]
    : ["server", "choice", "name", "password"]

/** What is wrong, by the field that it is about; `all`: of no field. */
export type Problems = Readonly<Partial<Record<Field | "all", string>>>

export interface Form {
  readonly size: Size
  readonly profile: string
  readonly choice: Choice
  readonly texts: Readonly<Record<Text, Composer>>
  /** The field in which the cursor is. */
  readonly at: Field
  readonly problems: Problems
  /** Which server was asked whether it is there, what is known of that, and whether the cursor waits for it to go on. */
  readonly asked: { readonly server: string; readonly answers: boolean | null; readonly goesOn: boolean }
  /** What was filled in is on its way: nothing can be changed. */
  readonly busy: boolean
}

/** What was filled in. */
export type Filled = Readonly<Record<Text, string>> & { readonly choice: Choice }

export const filled = ({ choice, texts }: Form): Filled => ({
  choice,
  server: texts.server.text.trim(),
  name: texts.name.text.trim(),
  email: texts.email.text.trim(),
  password: texts.password.text,
  again: texts.again.text,
})

export type Input =
  | TtyInput
  | { readonly _tag: "Resize"; readonly size: Size }
  /** The server answers, or why it does not. */
  | { readonly _tag: "Checked"; readonly server: string; readonly problem: string | null }
  | { readonly _tag: "Refused"; readonly problems: Problems }

export type Job =
  /** Looks whether a server is there; after a while, if it was not. */
  | { readonly _tag: "Check"; readonly server: string; readonly again: boolean }
  | { readonly _tag: "SignIn"; readonly filled: Filled }
  | { readonly _tag: "Quit" }

export type Next = readonly [form: Form, jobs: ReadonlyArray<Job>]

interface Beginning {
  readonly server: string
  readonly profile: string
  /** Nobody has said which server: it is asked for first. */
  readonly asksServer: boolean
}

export const begin = ({ server, profile, asksServer }: Beginning): Next => [
  {
    size: { columns: 80, rows: 24 },
    profile,
    choice: "up",
    texts: {
      server: withText(emptyComposer, server),
      name: emptyComposer,
      email: emptyComposer,
      password: emptyComposer,
      again: emptyComposer,
    },
    at: asksServer ? "server" : "choice",
    problems: {},
    asked: { server, answers: null, goesOn: false },
    busy: false,
  },
  [{ _tag: "Check", server, again: false }],
]
