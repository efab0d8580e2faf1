/** The keyring of the system: Keychain, Credential Manager, or what answers as the Secret Service. */
import type { AsyncEntry } from "@napi-rs/keyring"
import type { Secret } from "./Secret.ts"

const unreachable = (cause: unknown): Error => {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(`the keyring of this system cannot be used (${why}); CHAT_CREDENTIALS=file chat login does without`)
}

/** The text of that name. */
export const keyring = (name: string): Secret => {
  const using = async <A>(use: (entry: AsyncEntry) => Promise<A>): Promise<A> => {
    try {
      // loaded when it is needed, and not there on every system
      const { AsyncEntry } = await import("@napi-rs/keyring")
      // not the one of the kernel, which forgets
      return await use(new AsyncEntry("chat", name, { linux: { store: "secret-service" } }))
    } catch (cause) {
      throw unreachable(cause)
    }
  }
  return {
    read: () => using((entry) => entry.getPassword()),
    write: (text) => using((entry) => entry.setPassword(text)),
    remove: () => using(async (entry) => void (await entry.deletePassword())),
  }
}
