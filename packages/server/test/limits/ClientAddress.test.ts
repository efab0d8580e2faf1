import { assert, describe, it } from "@effect/vitest"
import * as IpNetwork from "effect/net/IpNetwork"
import { addressKey, clientAddress, isLocal } from "../../src/limits/ClientAddress.ts"

const trusted = ["10.0.0.0/8", "127.0.0.1/32", "2001:db8:1::/48"].map(IpNetwork.fromStringUnsafe)

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  clientAddress(
    {
      socket: { remoteAddress },
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    },
    trusted,
  )

describe("clientAddress", () => {
  it("is the peer's, whatever the peer claims", () => {
    assert.strictEqual(from("203.0.113.7"), "203.0.113.7")
    assert.strictEqual(from("203.0.113.7", "127.0.0.1"), "203.0.113.7")
    assert.strictEqual(from("::ffff:203.0.113.7"), "203.0.113.7")
    assert.strictEqual(from("fe80::1%eth0", "198.51.100.1"), "fe80::1")
    assert.strictEqual(from(undefined), "unknown")
  })

  it("is what a trusted proxy says", () => {
    assert.strictEqual(from("127.0.0.1", "198.51.100.1"), "198.51.100.1")
    assert.strictEqual(from("::ffff:10.1.2.3", "198.51.100.1"), "198.51.100.1")
    assert.strictEqual(from("10.1.2.3", "2001:db8:2::1"), "2001:db8:2::1")
    assert.strictEqual(from("10.1.2.3", "198.51.100.1:4711"), "198.51.100.1")
    assert.strictEqual(from("10.1.2.3", "[2001:db8:2::1]:4711"), "2001:db8:2::1")
  })

  it("is the first from the end that is not a trusted proxy: what stands before it is the client's own claim", () => {
    assert.strictEqual(from("10.1.2.3", "127.0.0.1, 198.51.100.1"), "198.51.100.1")
    assert.strictEqual(from("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9, 2001:db8:1::5"), "198.51.100.1")
  })

  it("is the last proxy's where nothing more can be known", () => {
    assert.strictEqual(from("10.1.2.3"), "10.1.2.3")
    assert.strictEqual(from("10.1.2.3", ""), "10.1.2.3")
    assert.strictEqual(from("10.1.2.3", "198.51.100.1, nonsense"), "10.1.2.3")
    assert.strictEqual(from("10.1.2.3", "10.9.9.9"), "10.9.9.9")
  })
})

describe("limits by address", () => {
  it("spare this machine and nobody else", () => {
    assert.deepStrictEqual(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].filter(isLocal).length, 4)
    assert.deepStrictEqual(
      ["10.0.0.1", "0.0.0.0", "::", "::ffff:10.0.0.1", "unknown", "localhost", ""].filter(isLocal),
      [],
    )
  })

  it("take a network of 64 bits for one", () => {
    assert.strictEqual(addressKey("2001:db8:2:3:4::1"), addressKey("2001:db8:2:3:ffff::9"))
    assert.notStrictEqual(addressKey("2001:db8:2:3::1"), addressKey("2001:db8:2:4::1"))
    assert.strictEqual(addressKey("198.51.100.1"), "198.51.100.1")
    assert.strictEqual(addressKey("unknown"), "unknown")
  })
})
