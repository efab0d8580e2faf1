/** Whether what signs the profile in is there, and for its owner's eyes only. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { lstat, readdir } from "node:fs/promises"
import { join } from "node:path"
import { readRemembered } from "../settings/Remembered.ts"
import { Settings } from "../settings/Settings.ts"
import { well, wrong } from "./Finding.ts"

/** What others than its owner may do something with: the folder itself, or a file in it. */
const openTo = async (directory: string): Promise<ReadonlyArray<string>> => {
  const paths = [directory, ...(await readdir(directory)).map((name) => join(directory, name))]
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await lstat(path)).mode })))
  return modes.flatMap(({ path, mode }) => ((mode & 0o077) === 0 ? [] : [path]))
}

const signIn = "chat login, or chat signup for a new account"

export const checkCredentials = Effect.gen(function* () {
  const { directory, server, tokenStore } = yield* Settings
  const remembered = yield* readRemembered(directory)
  if (Option.isNone(remembered)) return wrong("credentials", "nobody is signed in with this profile", signIn)
  if (remembered.value.server !== server) {
    const elsewhere = `the profile is signed in at ${remembered.value.server}, and this is ${server}`
    return wrong(
      "credentials",
      elsewhere,
      "leave --server and CHAT_SERVER out, or take another --profile and chat login",
    )
  }
  const kept = yield* Effect.exit(Effect.tryPromise(() => tokenStore.load()))
  if (kept._tag === "Failure") {
    return wrong("credentials", `${directory} cannot be read`, "let its owner read it, or chat login again")
  }
  if (kept.value === null) return wrong("credentials", "there are no tokens, or they are damaged", signIn)
  // where there are no such modes, there is nothing to find
  const open = process.platform === "win32" ? [] : yield* Effect.promise(() => openTo(directory))
  const place = {
    file: `in ${directory}, for their owner only`,
    keyring: "in the keyring",
    command: "kept by a command",
  }
  return open.length === 0
    ? well("credentials", place[tokenStore.kept()])
    : wrong("credentials", `others may look into ${open.join(" and ")}`, `chmod -R go= ${JSON.stringify(directory)}`)
})
