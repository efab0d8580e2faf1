/** The columns that a real terminal gives to texts, held against those that are reckoned with. */
import { assert, describe, it } from "@effect/vitest"
import { execFileSync, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { toAnsi } from "../../src/text/ansi.ts"
import { isDoubtful } from "../../src/text/graphemes.ts"
import { span, width } from "../../src/text/styled.ts"
import { themeOf } from "../../src/text/theme.ts"
import { until } from "../support/program.ts"
import { hasTmux } from "../support/tmux.ts"

const texts = [
  "plain text",
  "Grüße, ÿ ß ø Å",
  "ελληνικά и русский",
  "e\u0301 a\u0308\u0301 Z\u0351\u036F",
  "…—–│─█▎•",
  "你好，世界。",
  "ひらがな カタカナ ﾊﾝｶｸ",
  "한국어",
  "ＡＢＣ！",
  "שלום",
  "שָׁלוֹם",
  "مرحبا",
  "👍",
  "👍🏽",
  "👩‍👩‍👧‍👦",
  "🏳️‍🌈",
  "🇩🇪🇫🇷",
  "🇩",
  "7️⃣",
  "❤️",
  "❤",
  "☺︎",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "🫠🫩",
  "क्षि नमस्ते",
  "ภาษาไทย",
  "தமிழ்",
  "\uE0A0",
  "می‌خواهم",
  "a\u3164b a\u00ADb a\u200Bb a\uFEFFb",
]

/** Writes to a terminal, and asks it after each where its cursor is: the columns, from 1. */
const columnsAfter = async (written: ReadonlyArray<string>): Promise<ReadonlyArray<number>> => {
  const directory = mkdtempSync(join(tmpdir(), "chat-columns-"))
  const socket = `chat-${randomUUID()}`
  const answers = join(directory, "answers")
  const tmux = (...args: ReadonlyArray<string>) =>
    execFileSync("tmux", ["-L", socket, "-u", "-f", "/dev/null", ...args], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    }).trim()
  try {
    tmux("new-session", "-d", "-x", "100", "-y", "5", `stty raw -echo; cat > '${answers}'`)
    await until(
      () => "the terminal is ready",
      () => (existsSync(answers) ? true : undefined),
    )
    writeFileSync(
      tmux("display-message", "-p", "#{pane_tty}"),
      written.map((text) => `\r\u001B[2K${text}\u001B[6n`).join(""),
    )
    // as a terminal answers: the row and the column
    const found = () => [...readFileSync(answers, "latin1").matchAll(/\[\d+;(\d+)R/gu)].map((match) => Number(match[1]))
    return await until(
      () => `${found().length} of ${written.length} answers`,
      () => (found().length === written.length ? found() : undefined),
    )
  } finally {
    spawnSync("tmux", ["-L", socket, "kill-server"])
    rmSync(directory, { recursive: true })
  }
}

describe.skipIf(!hasTmux)("in a terminal", () => {
  it("the cursor is where it is reckoned to be, and behind what is doubtful where it is told to be", async () => {
    const theme = themeOf({ colours: "none", background: "either" })
    const told = texts.map((text) => toAnsi([span(text)], theme, 1))
    const columns = await columnsAfter([...texts, ...told])
    const table = texts.map((text, index) => ({
      text,
      reckoned: width(text) + 1,
      found: columns[index],
      told: columns[texts.length + index],
    }))
    if (process.env["CHAT_TEST_LONG"] === "1") console.table(table.filter(({ reckoned, found }) => reckoned !== found))
    for (const { text, reckoned, found, told } of table) {
      if (!isDoubtful(text)) assert.strictEqual(found, reckoned, text)
      assert.strictEqual(told, reckoned, text)
    }
  })
})
