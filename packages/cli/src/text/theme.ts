/** What the parts of the screen are called, and how each looks on terminals with more or fewer colours. */
import { luminance, nearestInPalette, ofLuminance, type Rgb } from "./colour.ts"

/** Colours of authors: the same person has the same one everywhere. */
export const authorRoles = [
  "author0",
  "author1",
  "author2",
  "author3",
  "author4",
  "author5",
  "author6",
  "author7",
] as const

interface Tone {
  /** 0 to 360: red, yellow (60), green (120), blue (240). */
  readonly hue: number
  /** 0: grey. */
  readonly saturation: number
  /** With 16 colours. Blue cannot be read on black, yellow not on white: neither is among them. */
  readonly few: string
  /** With any number of colours, and without: what has to be told apart never is by colour alone. */
  readonly always?: string
}

const hues = [200, 130, 300, 35, 260, 170, 335, 80]
const few = ["36", "32", "35"]

const tones = {
  ...(Object.fromEntries(
    authorRoles.map((role, index) => [
      role,
      { hue: hues[index] ?? 0, saturation: 0.6, few: few[index % few.length] ?? "36", always: "1" },
    ]),
    // the keys are those of the list
  ) as Record<(typeof authorRoles)[number], Tone>),
  quote: { hue: 200, saturation: 0.15, few: "2" },
  code: { hue: 25, saturation: 0.55, few: "35" },
  codeKeyword: { hue: 285, saturation: 0.6, few: "35", always: "1" },
  codeString: { hue: 110, saturation: 0.5, few: "32" },
  codeNumber: { hue: 30, saturation: 0.6, few: "36" },
  codeComment: { hue: 0, saturation: 0, few: "2", always: "3" },
  codeName: { hue: 215, saturation: 0.6, few: "36" },
  link: { hue: 215, saturation: 0.7, few: "36", always: "4" },
  mention: { hue: 45, saturation: 0.7, few: "35", always: "1" },
  mentionMe: { hue: 20, saturation: 0.8, few: "35", always: "1;7" },
  error: { hue: 0, saturation: 0.75, few: "31", always: "1" },
  muted: { hue: 0, saturation: 0, few: "2" },
  unread: { hue: 350, saturation: 0.7, few: "31", always: "1" },
  pending: { hue: 0, saturation: 0, few: "2", always: "3" },
  own: { hue: 150, saturation: 0.5, few: "32", always: "1" },
  selected: { hue: 215, saturation: 0.5, few: "7", always: "" },
  match: { hue: 50, saturation: 0.8, few: "35", always: "1;4" },
  border: { hue: 0, saturation: 0, few: "2" },
  title: { hue: 215, saturation: 0.3, few: "", always: "1" },
  online: { hue: 130, saturation: 0.6, few: "32" },
  away: { hue: 40, saturation: 0.7, few: "35" },
  busy: { hue: 0, saturation: 0.7, few: "31" },
} as const satisfies Record<string, Tone>

export type Role = keyof typeof tones

/** How a role is written: the parameters of a "select graphic rendition" sequence, as a foreground and as a background. */
export interface Look {
  readonly fg: string
  readonly bg: string
}

export interface Theme {
  readonly looks: Readonly<Record<Role, Look>>
  /** Whether links are written as such (OSC 8). */
  readonly links: boolean
}

/** How many colours a terminal has; `full`: 24 bits. */
type Colours = "none" | "16" | "256" | "full"

/** What is behind the text; `either`: not known, so that everything has to be readable on both. */
export type Background = "dark" | "light" | "either"

/** The luminance of text; and, where it is known what is behind it, of what is put behind a part of it. */
const luminances = {
  dark: { fg: 0.42, bg: 0.035 },
  light: { fg: 0.09, bg: 0.72 },
  either: { fg: 0.18, bg: undefined },
} as const

const inverse = "7"

const coloured = (layer: "38" | "48", colours: "256" | "full", { hue, saturation }: Tone, wanted: number): string => {
  const rgb = ofLuminance(hue, saturation, wanted)
  return colours === "full" ? `${layer};2;${rgb.join(";")}` : `${layer};5;${nearestInPalette(rgb)}`
}

const lookOf = (tone: Tone, colours: Colours, background: Background): Look => {
  const always = tone.always ?? ""
  // dim and inverse are no colours
  const plain = tone.few === "2" || tone.few === inverse ? tone.few : ""
  const { fg, bg } = luminances[background]
  const join = (code: string) => [always, code].filter((part) => part !== "").join(";")
  if (colours === "none") return { fg: join(plain), bg: inverse }
  if (colours === "16") return { fg: join(tone.few), bg: inverse }
  return {
    fg: join(coloured("38", colours, tone, fg)),
    bg: bg === undefined ? inverse : coloured("48", colours, tone, bg),
  }
}

interface Terminal {
  readonly colours: Colours
  readonly background: Background
  readonly links?: boolean
}

export const themeOf = ({ colours, background, links = true }: Terminal): Theme => ({
  looks: Object.fromEntries(
    Object.entries(tones).map(([role, tone]) => [role, lookOf(tone, colours, background)]),
    // every role has its entry
  ) as unknown as Theme["looks"],
  links,
})

type Environment = Readonly<Record<string, string | undefined>>

const chosen = (environment: Environment): ReadonlyArray<string> =>
  (environment["CHAT_THEME"] ?? "").split(/[\s,]+/u).filter((word) => word !== "")

const coloursOf = (environment: Environment): Colours => {
  const { NO_COLOR = "", COLORTERM = "", TERM = "" } = environment
  const wanted = chosen(environment).find((word): word is Colours => ["none", "16", "256", "full"].includes(word))
  if (wanted !== undefined) return wanted
  if (NO_COLOR !== "" || TERM === "dumb" || TERM === "") return "none"
  if (/^(?:truecolor|24bit)$/iu.test(COLORTERM) || TERM.endsWith("-direct")) return "full"
  return /256/u.test(TERM) ? "256" : "16"
}

/** Some terminals say it as `COLORFGBG=15;0`: the number of the background is one of the 16, of which 7 and 9 to 15 are light. */
const backgroundOf = (environment: Environment): Background | undefined => {
  const wanted = chosen(environment).find((word): word is Background => ["dark", "light", "either"].includes(word))
  if (wanted !== undefined) return wanted
  const number = /;(\d{1,2})$/u.exec(environment["COLORFGBG"] ?? "")?.[1]
  if (number === undefined) return undefined
  return Number(number) === 7 || Number(number) > 8 ? "light" : "dark"
}

/**
 * What the environment says of the terminal. `CHAT_THEME` goes before everything: `dark`, `light` or `either`, and how many
 * colours, `none`, `16`, `256` or `full`; both, one or neither of them, such as `dark 256`.
 */
export const terminalOf = (environment: Environment): Required<Terminal> & Asking => {
  const colours = coloursOf(environment)
  const background = backgroundOf(environment)
  const links = !["linux", "dumb", ""].includes(environment["TERM"] ?? "")
  return {
    colours,
    background: background ?? "either",
    links,
    asks: background === undefined && links && colours !== "none",
  }
}

interface Asking {
  /** Nobody has said what is behind the text, and the terminal may know. */
  readonly asks: boolean
}

/** What is behind the text, by its colour; a grey on which neither theme can be read is none of both. */
export const backgroundOn = (behind: Rgb): Background => {
  const bright = luminance(behind)
  return bright < 0.1 ? "dark" : bright > 0.4 ? "light" : "either"
}
