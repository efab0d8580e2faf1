/** Tab: the word before the cursor becomes a name, and with every further Tab the next one. */
import { completed, completionAt } from "../../completion/complete.ts"
import { withText } from "../../composer/Composer.ts"
import { type Next, stay } from "../Input.ts"
import { knownIn } from "../known.ts"
import type { ChatView, Model } from "../Model.ts"
import { composerIn } from "../panes.ts"
import { edited } from "./writing.ts"

const shown = (model: Model, chat: ChatView, completing: NonNullable<Model["completing"]>): Next => {
  const { text, completion, index } = completing
  const { text: now, cursor } = completed(text, completion, index)
  const [next, jobs] = edited(model, chat, { ...withText(composerIn(model, chat), now), cursor })
  return [{ ...next, completing }, jobs]
}

/** `step`: which of the names, from the one that is there. */
export const complete = (model: Model, chat: ChatView, step: 1 | -1): Next => {
  const { completing } = model
  if (completing !== null) {
    const count = completing.completion.options.length
    return shown(model, chat, { ...completing, index: (completing.index + step + count) % count })
  }
  const { text, cursor } = composerIn(model, chat)
  const before = text.slice(0, cursor)
  if (chat.emoji.length === 0 && /:[\w+-]+$/u.test(before)) return stay(model, { _tag: "LoadEmoji" })
  const completion = completionAt(text, cursor, knownIn(model, chat))
  if (completion === undefined) return stay(model)
  return shown(model, chat, { text, completion, index: 0 })
}
