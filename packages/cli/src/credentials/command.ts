/** A command that keeps a text: run with `get`, `store` or `erase` and the name of the profile behind it. */
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import type { Secret } from "./Secret.ts"

const run = async (command: string, action: string, profile: string, input = ""): Promise<string> => {
  const child = spawn("/bin/sh", ["-c", `${command} "$@"`, "chat", action, profile], {
    stdio: ["pipe", "pipe", "inherit"],
  })
  // a command that does not read what it is given is judged by its exit code
  child.stdin.on("error", () => undefined).end(input)
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve))
  const output = await text(child.stdout)
  const code = await ended
  if (code !== 0) throw new Error(`CHAT_CREDENTIALS_COMMAND ended with ${code} on ${action}`)
  return output
}

/** Without a command it says so, whatever is asked of it. */
export const command = (command: string, profile: string): Secret => {
  const doing = (action: string, input?: string) =>
    command === ""
      ? Promise.reject(new Error("the sign-in is kept by a command, and CHAT_CREDENTIALS_COMMAND is not set"))
      : run(command, action, profile, input)
  return {
    read: async () => (await doing("get")).trim() || null,
    write: async (text) => void (await doing("store", text)),
    remove: async () => void (await doing("erase")),
  }
}
