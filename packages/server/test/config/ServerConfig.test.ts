import { assert, describe, it } from "@effect/vitest"
import { defaultLimits } from "@chat/domain/Limits"
import { RoomName } from "@chat/domain/Values"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as IpNetwork from "effect/net/IpNetwork"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { configurationTable } from "../../src/config/settings.ts"
import { generateSigningKey } from "../../src/config/signingKey.ts"

const read = (environment: Record<string, string>) =>
  ServerConfig.use(Effect.succeed).pipe(
    Effect.provide(ServerConfig.layer),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(environment)),
  )

const problems = (environment: Record<string, string>) =>
  Effect.map(Effect.flip(read(environment)), ({ problems }) => problems)

const names = (environment: Record<string, string>) =>
  Effect.map(problems(environment), (found) => found.map(({ name }) => name))

describe("ServerConfig", () => {
  it.effect("has a default for everything, the limits of the contract among them", () =>
    Effect.gen(function* () {
      const config = yield* read({ XDG_DATA_HOME: "/data" })
      assert.strictEqual(config.host, "127.0.0.1")
      assert.strictEqual(config.port, 8080)
      assert.strictEqual(config.dataDirectory, "/data/chat")
      assert.deepStrictEqual(config.limits, defaultLimits)
      assert.deepStrictEqual(config.defaultRooms, [RoomName.make("general")])
      assert.strictEqual(config.databaseUrl, undefined)
      assert.strictEqual(config.idleClose, undefined)
    }),
  )

  it.effect("reads what is set, and takes an empty variable as not set", () =>
    Effect.gen(function* () {
      const config = yield* read({
        CHAT_PORT: "0",
        CHAT_HOST: "",
        CHAT_PUBLIC_URL: "https://chat.example.org/",
        CHAT_ALLOWED_ORIGINS: "https://a.example, http://localhost:3000/",
        CHAT_TRUSTED_PROXIES: "10.0.0.0/8, ::1",
        CHAT_DEFAULT_ROOMS: "general,random",
        CHAT_IDLE_CLOSE: "90 minutes",
        CHAT_LIMIT_PAGE: "50",
      })
      assert.strictEqual(config.port, 0)
      assert.strictEqual(config.host, "127.0.0.1")
      assert.strictEqual(config.publicUrl, "https://chat.example.org")
      assert.deepStrictEqual(config.allowedOrigins, ["https://a.example", "http://localhost:3000"])
      assert.deepStrictEqual(config.trustedProxies.map(IpNetwork.format), ["10.0.0.0/8", "::1/128"])
      assert.deepStrictEqual(config.defaultRooms, [RoomName.make("general"), RoomName.make("random")])
      assert.deepStrictEqual(config.idleClose, Duration.minutes(90))
      assert.strictEqual(config.limits.page, 50)
    }),
  )

  it.effect("names everything that is wrong, what was found and what is allowed", () =>
    Effect.gen(function* () {
      const found = yield* problems({ CHAT_PORT: "65536", CHAT_HEARTBEAT: "soon", CHAT_LIMIT_PAGE: "1e2" })
      assert.deepStrictEqual(found, [
        { name: "CHAT_PORT", found: 'is "65536"', allowed: "a whole number from 0 to 65,535" },
        { name: "CHAT_LIMIT_PAGE", found: 'is "1e2"', allowed: "a whole number from 20 to 1,000" },
        {
          name: "CHAT_HEARTBEAT",
          found: 'is "soon"',
          allowed: 'a duration such as "90 seconds", from 1 second to 1 hour',
        },
      ])
    }),
  )

  it.effect("refuses what is out of bounds or of another form", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<readonly [string, string]> = [
        ["CHAT_PORT", "-1"],
        ["CHAT_PORT", "80.5"],
        ["CHAT_LIMIT_PAGE", "1001"],
        ["CHAT_HEARTBEAT", "2 hours"],
        ["CHAT_HEARTBEAT", "-5 seconds"],
        ["CHAT_ALLOWED_ORIGINS", "https://a.example/path"],
        ["CHAT_ALLOWED_ORIGINS", "*"],
        ["CHAT_TRUSTED_PROXIES", "10.0.0.0/33"],
        ["CHAT_TRUSTED_PROXIES", "proxy.example"],
        ["CHAT_DEFAULT_ROOMS", "two words"],
        ["CHAT_LOG_LEVEL", "loud"],
        ["CHAT_SIGNING_KEY", "secret"],
      ]
      for (const [name, value] of wrong) assert.deepStrictEqual(yield* names({ [name]: value }), [name])
    }),
  )

  it.effect("shows no secret, neither right nor wrong", () =>
    Effect.gen(function* () {
      const key = generateSigningKey()
      const config = yield* read({
        CHAT_DATABASE_URL: "postgres://me:hunter2@host/chat",
        CHAT_SIGNING_KEY: JSON.stringify(key),
      })
      for (const shown of [inspect(config, { depth: 9 }), JSON.stringify(config)]) {
        assert.notInclude(shown, "hunter2")
        assert.notInclude(shown, key.d)
      }
      const error = yield* Effect.flip(read({ CHAT_DATABASE_URL: "hunter2", CHAT_SIGNING_KEY: "hunter2" }))
      assert.notInclude(inspect(error, { depth: 9 }), "hunter2")
    }),
  )

  it.effect("takes a signing key in JSON or in base64url, whose halves belong together", () =>
    Effect.gen(function* () {
      const key = generateSigningKey()
      const json = JSON.stringify(key)
      for (const text of [json, Buffer.from(json).toString("base64url")]) {
        const config = yield* read({ CHAT_SIGNING_KEY: text })
        assert.deepStrictEqual(config.signingKey, Redacted.make(key))
      }
      const mixed = JSON.stringify({ ...key, x: generateSigningKey().x })
      assert.deepStrictEqual(yield* names({ CHAT_SIGNING_KEY: mixed }), ["CHAT_SIGNING_KEY"])
    }),
  )

  it.effect("needs a signing key where several nodes may share the database", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* names({ CHAT_DATABASE_URL: "postgres://host/chat" }), ["CHAT_SIGNING_KEY"])
    }),
  )

  it.effect("refuses limits that contradict each other", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* names({ CHAT_LIMIT_MESSAGE: "20000" }), ["CHAT_LIMIT_FRAME"])
      yield* read({ CHAT_LIMIT_MESSAGE: "20000", CHAT_LIMIT_FRAME: "200000" })
      assert.deepStrictEqual(yield* names({ CHAT_ARGON2_MEMORY: "8", CHAT_ARGON2_PARALLELISM: "2" }), [
        "CHAT_ARGON2_MEMORY",
      ])
    }),
  )

  it("makes one row of the table for each variable", () => {
    const rows = configurationTable().split("\n")
    const named = rows.map((row) => /^\| `(CHAT_[A-Z0-9_]+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$/.exec(row)?.[1])
    assert.notInclude(named, undefined)
    assert.strictEqual(new Set(named).size, rows.length)
    assert.include(
      rows,
      "| `CHAT_PORT` | 8080 | a whole number from 0 to 65,535 | The port to listen on; 0 takes a free one |",
    )
  })
})
