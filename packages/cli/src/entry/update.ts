/** What becomes of the form when something happens, and what is to be done about it. Pure. */
import { edit, type Edit } from "../composer/Composer.ts"
import { type Action, isEdit, keymapOf } from "../screen/keymap.ts"
import { fieldsOf, filled, type Form, type Input, isSecret, isText, type Job, type Next } from "./Form.ts"

const stay = (form: Form, ...jobs: ReadonlyArray<Job>): Next => [form, jobs]

const keys = keymapOf().editing

const without = ({ problems }: Form, field: keyof Form["problems"]): Form["problems"] => {
  const { [field]: _, all: _all, ...others } = problems
  return others
}

/** The text of a field after a key; what was wrong with it is not said any more. */
const edited = (form: Form, change: Edit): Form => {
  const { at, texts } = form
  if (!isText(at)) return form
  return { ...form, texts: { ...texts, [at]: edit(texts[at], change) }, problems: without(form, at) }
}

/** Another address is looked for as soon as it stands there; the same one again if it did not answer. */
const looked = (form: Form, goesOn: boolean): Next => {
  const { server } = filled(form)
  const { asked } = form
  const isKnown = server === asked.server && !(goesOn && asked.answers === false)
  const next = { ...form, asked: isKnown ? { ...asked, goesOn } : { server, answers: null, goesOn } }
  return isKnown ? stay(next) : stay(next, { _tag: "Check", server, again: false })
}

const moved = (form: Form, by: -1 | 1): Next => {
  const fields = fieldsOf(form)
  const at = fields[fields.indexOf(form.at) + by] ?? form.at
  const next = { ...form, at }
  return form.at === "server" ? looked(next, false) : stay(next)
}

const submitted = (form: Form): Next =>
  stay({ ...form, busy: true, problems: {} }, { _tag: "SignIn", filled: filled(form) })

const entered = (form: Form): Next => {
  if (form.at === fieldsOf(form).at(-1)) return submitted(form)
  if (form.at !== "server") return moved(form, 1)
  // on from a server that is there, and only from that
  const isThere = filled(form).server === form.asked.server && form.asked.answers === true
  return isThere ? moved(form, 1) : looked(form, true)
}

const chosen = (form: Form, choice: Form["choice"]): Form => ({ ...form, choice, problems: without(form, "all") })

const other = ({ choice }: Form) => (choice === "up" ? "in" : "up")

const editOf = (action: Action | undefined): Edit | undefined =>
  action !== undefined && isEdit(action) ? { _tag: action } : undefined

const onKey = (form: Form, key: string): Next => {
  if (key === "C-c" || key === "C-q") return stay(form, { _tag: "Quit" })
  if (form.busy) return stay(form)
  if (key === "Enter") return entered(form)
  if (key === "Tab" || key === "Down") return moved(form, 1)
  if (key === "S-Tab" || key === "Up") return moved(form, -1)
  if (form.at === "choice") return stay(key === "Left" || key === "Right" ? chosen(form, other(form)) : form)
  const { text } = form.texts[form.at]
  if (key === "C-d" && text === "") return stay(form, { _tag: "Quit" })
  const change = editOf(keys.get(key))
  return stay(change === undefined ? form : edited(form, change))
}

const onText = (form: Form, text: string): Next => {
  if (form.busy) return stay(form)
  if (form.at !== "choice") return stay(edited(form, { _tag: "Insert", text }))
  if (text === " ") return stay(chosen(form, other(form)))
  return stay(/^[sn]/iu.test(text) ? chosen(form, "up") : /^l/iu.test(text) ? chosen(form, "in") : form)
}

/** What is pasted is one line; around a secret everything may belong to it. */
const pasted = ({ at }: Form, text: string): string => {
  const [line = ""] = text.split(/[\r\n]/u)
  return isSecret(at) ? line : line.trim()
}

/** Goes to what is wrong; passwords that are not the same are typed anew. */
const refused = (form: Form, problems: Form["problems"]): Form => {
  const at = fieldsOf(form).find((field) => problems[field] !== undefined) ?? form.at
  return { ...form, busy: false, problems, at }
}

const checked = (form: Form, server: string, problem: string | null): Next => {
  const answers = problem === null
  const problems = { ...without(form, "server"), ...(answers ? {} : { server: problem }) }
  const next = { ...form, asked: { ...form.asked, answers }, problems }
  if (!answers) return stay(next, { _tag: "Check", server, again: true })
  return stay(form.asked.goesOn && form.at === "server" ? { ...next, at: "choice" } : next)
}

export const update = (form: Form, input: Input): Next => {
  switch (input._tag) {
    case "Key":
      return onKey(form, input.key)
    case "Text":
      return onText(form, input.text)
    case "Paste":
      return onText(form, pasted(form, input.text))
    case "Resize":
      return stay({ ...form, size: input.size })
    case "Checked":
      return input.server === form.asked.server ? checked(form, input.server, input.problem) : stay(form)
    case "Refused":
      return stay(refused(form, input.problems))
    case "Focus":
    case "Click":
    case "Wheel":
      return stay(form)
  }
}
