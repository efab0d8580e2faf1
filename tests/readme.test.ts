// The README's tour and example, run against a real server with the real program: what stands there is what one sees.
import { assert, it } from "@effect/vitest"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { onTestFinished } from "vitest"

const root = join(import.meta.dirname, "..")
const readme = readFileSync(join(root, "README.md"), "utf8")
const rest = readFileSync(join(root, "docs/rest.md"), "utf8")
const protocol = readFileSync(join(root, "docs/protocol.md"), "utf8")
const run = promisify(execFile)

const blocks = (language: string, page = readme): ReadonlyArray<string> =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gmsu"))].map(([, text]) => text ?? "")

/** Commands, each with what is printed. */
const steps = blocks("console").flatMap((block) =>
  [...block.matchAll(/^(?<person>\w+)\$ (?<command>.*)\n(?<output>(?:(?!\w+\$ ).*\n)*)/gmu)].map(({ groups }) => ({
    person: groups?.["person"] ?? "",
    command: groups?.["command"] ?? "",
    output: groups?.["output"] ?? "",
  })),
)

// Everything that is another each time.
const normalise = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, "<instant>")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/gu, "<time>")
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, "<id>")
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/gu, "<server>")

const startServer = async (directory: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const server = spawn(process.execPath, [join(root, "packages/server/src/main.ts")], {
    env: { ...env, CHAT_DATA_DIR: join(directory, "data"), CHAT_PORT: "0", CHAT_LOG_FORMAT: "json" },
    stdio: ["ignore", "pipe", "inherit"],
  })
  onTestFinished(async () => {
    const ended = once(server, "exit")
    server.kill("SIGTERM")
    await ended
    rmSync(directory, { recursive: true })
  })
  for await (const line of createInterface(server.stdout)) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/u.exec(line) ?? []
    if (url !== undefined) return url
  }
  throw new Error("The server ended before it listened")
}

it("tells the truth", { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "chat-readme-"))
  const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")))
  const server = await startServer(directory, plain)
  const env = {
    ...plain,
    PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
    CHAT_SERVER: server,
    XDG_CONFIG_HOME: join(directory, "config"),
    XDG_STATE_HOME: join(directory, "state"),
    CHAT_CREDENTIALS: "file",
  }
  assert.isAbove(steps.length, 10)
  for (const { person, command, output } of steps) {
    const { stdout } = await run("bash", ["-c", `exec 2>&1; ${command}`], { env: { ...env, CHAT_PROFILE: person } })
    assert.strictEqual(normalise(stdout), normalise(output), command)
  }
  const shell = blocks("sh", protocol).find((block) => block.startsWith("call()"))
  const { stdout: answers } = await run("bash", ["-c", shell ?? ""], { env: { ...env, server } })
  assert.include(answers, '"body":"Hello from a shell"')
  const { stdout: problem } = await run("bash", ["-ec", blocks("sh", rest).join("")], { env: { ...env, server } })
  const [posted, again, page, direct, ...shown] = problem.replaceAll("}{", "}\n{").split("\n")
  assert.strictEqual(again, posted)
  assert.lengthOf(page?.match(/"body":"The tomatoes are ripe"/gu) ?? [], 1)
  assert.include(direct, '"message":')
  assert.deepStrictEqual(JSON.parse(shown.join("")), JSON.parse(blocks("json", rest)[0] ?? ""))
  const [program] = blocks("js")
  const source = (program ?? "").replace("http://127.0.0.1:8080", server)
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", source], {
    cwd: join(root, "packages/cli"), // where the client is a dependency
    env,
  })
  assert.match(stdout, /^message \d+\n$/u)
})
