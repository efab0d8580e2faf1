import { assert, it } from "@effect/vitest"
import { writeTextFrame } from "../../src/connections/textFrame.ts"

/** The text of one unmasked frame, read as RFC 6455, 5.2 has it. */
const read = (frame: Buffer): string => {
  assert.strictEqual(frame[0], 0x81)
  const short = frame.readUInt8(1)
  const [start, length] =
    short < 126 ? [2, short] : short === 126 ? [4, frame.readUInt16BE(2)] : [10, Number(frame.readBigUInt64BE(2))]
  assert.strictEqual(frame.length, start + length)
  return frame.toString("utf8", start)
}

// On both sides of each length at which the header takes another form.
for (const length of [0, 125, 126, 65_535, 65_536, 200_000]) {
  it.each(["x".repeat(length), "ä".repeat(length)])(`a text of ${length} characters is a frame`, (text) => {
    const written: Array<Buffer> = []
    const write = (frame: string | Uint8Array) =>
      written.push(typeof frame === "string" ? Buffer.from(frame, "latin1") : Buffer.from(frame))
    writeTextFrame({ cork: () => undefined, uncork: () => undefined, write }, text, () => undefined)
    assert.deepStrictEqual(written.map(read), [text])
  })
}
