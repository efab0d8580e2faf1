/** A screen without a terminal and without a server. */
import { Seq } from "@chat/domain/Values"
import type { Input, Job } from "../../src/screen/Input.ts"
import { keymapOf } from "../../src/screen/keymap.ts"
import { type ChatView, initialModel, type Model } from "../../src/screen/Model.ts"
import { update } from "../../src/screen/update.ts"
import { view } from "../../src/screen/view.ts"
import { textOf } from "../../src/text/styled.ts"
import { idOf, said } from "./views.ts"

const keymap = keymapOf()

/** A screen that is pressed, and what it asked for. */
export const screenOf = (chat: ChatView, columns = 80, rows = 24) => {
  let model: Model = initialModel({ columns, rows })
  let known = chat
  const jobs: Array<Job> = []
  const give = (input: Input) => {
    const [next, asked] = update(model, input, known, keymap)
    model = next
    jobs.push(...asked)
  }
  /** As the program does it: what is drawn was seen. */
  const draw = () => {
    const { frame, shown } = view(model, known)
    for (const one of shown) give({ _tag: "Shown", ...one })
    return frame.rows.map((line) => textOf(line).trimEnd())
  }
  return {
    give,
    draw,
    text: () => draw().join("\n"),
    model: () => model,
    jobs,
    asked: (tag: Job["_tag"]) => jobs.filter(({ _tag }) => _tag === tag),
    press: (...keys: ReadonlyArray<string>) => keys.forEach((key) => give({ _tag: "Key", key })),
    type: (text: string) => give({ _tag: "Text", text }),
    change: (chat: ChatView) => void (known = chat),
    open: (number: number) => {
      give({ _tag: "Go", conversation: idOf(number) })
      give({ _tag: "Loaded", conversation: idOf(number), seq: null })
    },
  }
}

export const many = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => said(1, from + index, `message number ${from + index}`))

export const read = (seq: number) => ({ position: { seq: Seq.make(seq), rev: 1 }, unread: 0 })
