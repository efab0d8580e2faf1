/** The looks of code by its language. The library comes when the first code is shown, not when the program starts. */
import { legible } from "../text/printable.ts"
import { type Line, type Span, span, type Style } from "../text/styled.ts"

/** The lines of a piece of code in a language by its name; `undefined`: the language is not known, or the code too long. */
export type Highlight = (code: string, language: string) => ReadonlyArray<Line> | undefined

const longest = 10_000

const looks: Readonly<Record<string, Style>> = {
  keyword: { fg: "codeKeyword" },
  string: { fg: "codeString" },
  class: { fg: "codeName" },
  property: { fg: "codeName" },
  entity: { fg: "codeName" },
  comment: { fg: "codeComment" },
}

const plain: Style = {}
const number: Style = { fg: "codeNumber" }

const lookOf = (type: string, value: string): Style => (/^\d/u.test(value) ? number : (looks[type] ?? plain))

export const loadHighlight = async (): Promise<Highlight> => {
  const [{ parse }, { lang, languages }] = await Promise.all([import("sugar-high/core"), import("sugar-high/lang")])
  return (code, language) => {
    const name = lang(language.toLowerCase())
    const config = languages.find(({ id }) => id === name)?.config
    if (name === undefined || config === undefined || code.length > longest) return undefined
    return parse(code, config).lines.map(({ tokens }) =>
      tokens.flatMap(({ type, value }): ReadonlyArray<Span> => {
        const text = legible(value.replaceAll("\n", ""))
        return text === "" ? [] : [span(text, lookOf(type, value))]
      }),
    )
  }
}
