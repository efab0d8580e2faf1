/** A place for one text that nobody else may read. A promise that is rejected says what is wrong with the place. */
import type { TokenStore } from "@chat/client/session/TokenStore"
import { fromText, toText } from "@chat/client/session/credentials"

export interface Secret {
  readonly read: () => Promise<string | null>
  readonly write: (text: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** Where a sign-in is kept; who may use it when is up to the lock. */
export type Vault = Pick<TokenStore, "load" | "save" | "clear">

export const vaultOf = ({ read, write, remove }: Secret): Vault => ({
  load: async () => {
    const text = await read()
    return text === null ? null : fromText(text)
  },
  save: (credentials) => write(toText(credentials)),
  clear: remove,
})
