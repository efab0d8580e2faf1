/** Where the sign-in of a profile is kept. It is decided at each sign-in, and remembered with the profile. */
import * as Schema from "effect/Schema"
import { join } from "node:path"
import { fileTokenStore } from "@chat/client/node/FileTokenStore"
import type { Credentials, TokenStore } from "@chat/client/session/TokenStore"
import { command } from "./command.ts"
import { keyring } from "./keyring.ts"
import { vaultOf } from "./Secret.ts"

/** Where it is. */
export const Kept = Schema.Literals(["file", "keyring", "command"])
export type Kept = typeof Kept.Type

export interface CredentialStore extends TokenStore {
  readonly kept: () => Kept
}

export interface Options {
  readonly directory: string
  readonly profile: string
  /** What `CHAT_CREDENTIALS_COMMAND` says. */
  readonly command: string
  /** The only place that may be used; without it, the keyring where there is one, else a file. */
  readonly only: Kept | undefined
  /** Where the profile is signed in at this server; `undefined`: it is not. */
  readonly kept: Kept | undefined
}

/** A token goes to the server that gave it and to no other, and stays where it was put. */
export const credentialStore = (options: Options): CredentialStore => {
  const { directory, profile, only } = options
  const file = fileTokenStore(join(directory, "tokens.json"))
  const vaults = {
    file,
    keyring: vaultOf(keyring(directory)),
    command: vaultOf(command(options.command, profile)),
  }
  // what is kept elsewhere than it may be is not seen
  let isOwn = options.kept !== undefined && (only === undefined || only === options.kept)
  let kept = options.kept ?? "file"

  const load = async () => (isOwn ? vaults[kept].load() : null)

  const saveFirst = async (credentials: Credentials, [first, ...others]: ReadonlyArray<Kept>): Promise<Kept> => {
    if (first === undefined) return kept
    try {
      await vaults[first].save(credentials)
      return first
    } catch (cause) {
      if (others.length === 0) throw cause
      return saveFirst(credentials, others)
    }
  }

  return {
    kept: () => kept,
    load,
    save: async (credentials) => {
      const isSignedIn = (await load()) !== null
      if (isSignedIn) return vaults[kept].save(credentials)
      // whoever signs in goes on with what the server gave them
      kept = await saveFirst(credentials, only === undefined ? ["keyring", "file"] : [only])
      isOwn = true
      // of whoever was signed in before
      if (kept !== "file") await file.clear()
    },
    clear: () => vaults[kept].clear(),
    withLock: file.withLock,
  }
}
