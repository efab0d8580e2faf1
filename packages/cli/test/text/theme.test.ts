import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { contrast, palette, type Rgb } from "../../src/text/colour.ts"
import { type Background, backgroundOn, terminalOf, themeOf } from "../../src/text/theme.ts"

/** What terminals have behind their text: black and white, and what popular schemes have. */
const backgrounds: Record<Background, ReadonlyArray<Rgb>> = {
  dark: [
    [0, 0, 0],
    [30, 30, 30],
    [40, 42, 54],
    [0, 43, 54],
  ],
  light: [
    [255, 255, 255],
    [253, 246, 227],
    [250, 250, 250],
  ],
  either: [
    [0, 0, 0],
    [30, 30, 30],
    [253, 246, 227],
    [255, 255, 255],
  ],
}
const leastContrast = { dark: 4.5, light: 4.5, either: 3 }
/** What a terminal writes with by itself. */
const text: Record<"dark" | "light", Rgb> = { dark: [204, 204, 204], light: [60, 60, 60] }

/** The colour that a look sets on a layer, if any. */
const colourIn = (look: string, layer: "38" | "48"): Rgb | undefined => {
  const full = new RegExp(`${layer};2;(\\d+);(\\d+);(\\d+)`, "u").exec(look)
  if (full !== null) return [Number(full[1]), Number(full[2]), Number(full[3])]
  const index = Number(new RegExp(`${layer};5;(\\d+)`, "u").exec(look)?.[1])
  return palette.find(([number]) => number === index)?.[1]
}

const Channel = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))

describe("a theme", () => {
  for (const colours of ["256", "full"] as const) {
    for (const background of ["dark", "light", "either"] as const) {
      it(`of ${colours} colours can be read on what is ${background}`, () => {
        for (const [role, look] of Object.entries(themeOf({ colours, background }).looks)) {
          const fg = colourIn(look.fg, "38")
          assert.isDefined(fg)
          for (const behind of backgrounds[background]) {
            assert.isAtLeast(contrast(fg ?? behind, behind), leastContrast[background], `${role} on ${behind.join()}`)
          }
        }
      })
    }

    for (const background of ["dark", "light"] as const) {
      it(`of ${colours} colours that puts one behind a ${background} row leaves it readable`, () => {
        const looks = themeOf({ colours, background }).looks
        const behind = Object.entries(looks).map(([role, { bg }]) => [role, colourIn(bg, "48")] as const)
        for (const [role, bg] of behind) {
          assert.isDefined(bg)
          for (const fg of [text[background], ...Object.values(looks).map((look) => colourIn(look.fg, "38"))]) {
            if (fg !== undefined && bg !== undefined) assert.isAtLeast(contrast(fg, bg), 3, role)
          }
        }
      })
    }
  }

  it("without colours tells apart by other means what has to be", () => {
    const { looks } = themeOf({ colours: "none", background: "either" })
    for (const { fg, bg } of Object.values(looks)) assert.match(`${fg};${bg}`, /^(?:[123479](?:;|$))*[123479]?$|^;7$/u)
    const different = [looks.mention.fg, looks.mentionMe.fg, looks.muted.fg, looks.pending.fg, looks.link.fg]
    assert.strictEqual(new Set(different).size, different.length)
  })
})

describe("the terminal", () => {
  it.prop("has a theme that can be read on what is behind the text", [Channel, Channel, Channel], (behind) => {
    const background = backgroundOn(behind)
    const looks = Object.values(themeOf({ colours: "full", background }).looks)
    const least = background === "either" ? 1 : 3
    for (const { fg } of looks) assert.isAtLeast(contrast(colourIn(fg, "38") ?? behind, behind), least)
  })

  for (const [environment, colours, background] of [
    [{ TERM: "xterm-256color" }, "256", "either"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "full", "either"],
    [{ TERM: "xterm-direct" }, "full", "either"],
    [{ TERM: "xterm", COLORFGBG: "15;0" }, "16", "dark"],
    [{ TERM: "rxvt", COLORFGBG: "0;default;15" }, "16", "light"],
    [{ TERM: "dumb", COLORTERM: "truecolor" }, "none", "either"],
    [{ TERM: "xterm-256color", NO_COLOR: "1" }, "none", "either"],
    [{ TERM: "xterm-256color", NO_COLOR: "" }, "256", "either"],
    [{ TERM: "xterm-256color", NO_COLOR: "1", CHAT_THEME: "light full" }, "full", "light"],
    [{ TERM: "xterm", CHAT_THEME: "purple" }, "16", "either"],
    [{ TERM: "xterm", CHAT_THEME: "either" }, "16", "either"],
    [{}, "none", "either"],
  ] as const) {
    it(`is known by ${JSON.stringify(environment)}`, () => {
      const found = terminalOf(environment)
      assert.deepStrictEqual([found.colours, found.background], [colours, background])
      assert.isFalse(found.asks && "CHAT_THEME" in environment && /either|light|dark/u.test(environment.CHAT_THEME))
    })
  }
})
