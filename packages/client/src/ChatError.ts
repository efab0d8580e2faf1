/** Everything that a promise of `Chat` rejects with, to be told apart by `_tag`. */
import * as Contract from "@chat/domain/Errors"
import * as Own from "./Errors.ts"

type Errors<Module> = {
  [Name in keyof Module]: Module[Name] extends abstract new (...args: never) => infer E
    ? E extends Error & { readonly _tag: string }
      ? E
      : never
    : never
}[keyof Module]

/** What the server answers, and what can go wrong on this side. */
export type ChatError = Errors<typeof Contract> | Errors<typeof Own>

const isErrorClass = (value: unknown): value is abstract new (...args: never) => ChatError =>
  typeof value === "function" && value.prototype instanceof Error

const classes = [...Object.values<unknown>(Contract), ...Object.values<unknown>(Own)].filter(isErrorClass)

/** Whether this is one of them: `switch (error._tag)` then knows every case, and what each has. */
export const isChatError = (error: unknown): error is ChatError => classes.some((Each) => error instanceof Each)

/** What is none of them is a fault of this program, which they have a case for too. */
export const toChatError = (error: unknown): ChatError =>
  isChatError(error) ? error : new Own.UnexpectedFault({ cause: error })
