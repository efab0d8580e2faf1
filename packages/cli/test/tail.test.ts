import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { LogEvent } from "@chat/domain/Event"
import { objects, until, withServer } from "./support/program.ts"

const { chat, done, end, signUp, start } = withServer()

const decodeEvent = Schema.decodeUnknownSync(LogEvent)
const lines = (output: string) =>
  objects(output).map(({ cursor, event, ...rest }) => {
    assert.deepStrictEqual(rest, {})
    return { cursor: String(cursor), event: decodeEvent(event) }
  })
const placeOf = (output: string) => lines(output).map(({ event }) => `${event.log} ${event.seq}`)

/** Follows from now on: there once something that comes after its start has come through. */
const following = async (person: string, args: ReadonlyArray<string>, sign: () => Promise<unknown>) => {
  const child = start(person, ["tail", ...args])
  let seen = ""
  child.stdout.on("data", (part: Buffer) => (seen += part))
  const ended = end(child)
  await until("the first line", async () => {
    await sign()
    return seen === "" ? undefined : true
  })
  return { child, ended, seen: () => seen }
}

describe("tail", () => {
  it("shows what happens in all conversations, also those that begin meanwhile", async () => {
    await signUp("ann")
    await signUp("bob")
    const { child, ended, seen } = await following("bob", [], () => done("ann", ["send", "general", "is bob there?"]))
    await done("ann", ["send", "@bob", "the first word"])
    await until("a new direct conversation", () => (seen().includes("@ann  ann: the first word") ? true : undefined))
    await done("ann", ["rooms", "create", "kitchen"])
    await done("bob", ["rooms", "join", "kitchen"])
    await done("ann", ["send", "kitchen", "soup"])
    await until("a new room", () => (seen().includes("#kitchen  ann: soup") ? true : undefined))
    child.kill("SIGTERM")
    const { stdout } = await ended
    assert.match(stdout, /#kitchen {2}ann made the room #kitchen\n/u)
    assert.match(stdout, /#kitchen {2}bob came in\n/u)
  })

  it("shows only the conversations that were named", async () => {
    const sign = () => done("ann", ["send", "@bob", "is bob there?"])
    const { child, ended } = await following("bob", ["@ann", "--json"], sign)
    await done("ann", ["send", "general", "not this"])
    await done("ann", ["send", "@bob", "the last word"])
    await until("the last word", async () => {
      const history = await done("bob", ["history", "@ann", "--limit", "1", "--json"])
      return history.includes("the last word") ? true : undefined
    })
    child.kill("SIGTERM")
    const { stdout } = await ended
    assert.notInclude(stdout, "not this")
  })

  it("goes on after a cursor, and in steps of any size leaves nothing out and repeats nothing", async () => {
    await done("bob", ["edit", "kitchen", "last", "never said"]).catch(() => undefined)
    const all = await done("bob", ["tail", "--json", "--since", "start", "--count", "12"])
    const stepped: Array<string> = []
    let cursor = "start"
    for (const count of [1, 2, 4, 5]) {
      const part = await done("bob", ["tail", "--json", "--since", cursor, "--count", String(count)])
      stepped.push(part)
      cursor = lines(part).at(-1)?.cursor ?? assert.fail("no lines")
    }
    assert.strictEqual(new Set(placeOf(stepped.join(""))).size, 12)
    assert.sameMembers(placeOf(stepped.join("")), placeOf(all))
  })

  it("reads more than a page, live and from the log, each event once and in order", async () => {
    await done("ann", ["rooms", "create", "long"])
    await done("bob", ["rooms", "join", "long"])
    const input = Array.from({ length: 110 }, (_, line) => `${line} `.padEnd(4_000, "x")).join("")
    const sending = done("ann", ["send", "long", "--split"], { input })
    const output = await done("bob", ["tail", "long", "--json", "--since", "start", "--count", "112"])
    await sending
    assert.deepStrictEqual(
      lines(output).map(({ event }) => event.seq),
      Array.from({ length: 112 }, (_, index) => index + 1),
    )
  })

  it("shows a message as it is now: what was taken back stays so", async () => {
    await done("ann", ["send", "kitchen", "a slip"])
    await done("ann", ["delete", "kitchen", "last"])
    const output = await done("bob", ["tail", "kitchen", "--json", "--since", "start", "--count", "5"])
    assert.notInclude(output, "a slip")
    assert.strictEqual(lines(output).at(-1)?.event.type, "MessageDeleted")
  })

  it("refuses the cursor of another history, and a room that one is not in", async () => {
    const output = await done("bob", ["tail", "kitchen", "--json", "--since", "start", "--count", "2"])
    const bytes = Buffer.from(lines(output).at(-1)?.cursor ?? "", "base64url")
    // the last byte of the mark
    bytes.writeUInt8(bytes.readUInt8(24) ^ 1, 24)
    const other = await chat("bob", ["tail", "kitchen", "--since", bytes.toString("base64url"), "--count", "1"])
    assert.strictEqual(other.code, 1)
    assert.match(other.stderr, /^chat: The server's logs are not those of the cursor/u)
    await done("ann", ["rooms", "create", "hers"])
    assert.strictEqual((await chat("bob", ["tail", "hers"])).code, 1)
  })

  it("ends when the session does", async () => {
    await signUp("eve")
    const { ended } = await following("eve", [], () => done("ann", ["send", "general", "is eve there?"]))
    await done("eve", ["logout"])
    assert.strictEqual((await ended).code, 3)
  })
})
