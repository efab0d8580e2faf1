import { assert, describe, it } from "@effect/vitest"
import { chatCommand } from "../../src/operations/announce.ts"

describe("what a started server says to do next", () => {
  it("is as short as it can be where chat looks by itself", () => {
    for (const host of ["127.0.0.1", "0.0.0.0", "::"]) assert.strictEqual(chatCommand(host, 8080), "npm run chat", host)
  })

  it("says where the server is when that is elsewhere", () => {
    assert.strictEqual(chatCommand("127.0.0.1", 9000), "CHAT_SERVER=http://127.0.0.1:9000 npm run chat")
    assert.strictEqual(chatCommand("0.0.0.0", 9000), "CHAT_SERVER=http://127.0.0.1:9000 npm run chat")
    assert.strictEqual(chatCommand("192.0.2.7", 8080), "CHAT_SERVER=http://192.0.2.7:8080 npm run chat")
    assert.strictEqual(chatCommand("::1", 8080), "CHAT_SERVER=http://[::1]:8080 npm run chat")
  })
})
