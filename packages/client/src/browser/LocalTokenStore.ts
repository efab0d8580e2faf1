/** A sign-in kept by the browser, shared by all tabs of one origin. */
import { fromText, toText } from "../session/credentials.ts"
import type { TokenStore } from "../session/TokenStore.ts"

/**
 * Keeps the sign-in under `key` in IndexedDB: in `localStorage` a tab may not see for a while what another has written,
 * also under a lock that the other held before. Whoever can run a script on the page can read it. Tabs refresh one at a
 * time with Web Locks; where a browser has none, as on a page over plain HTTP, the server's 30 seconds of grace have to do.
 */
export const localTokenStore = (key = "chat"): TokenStore => ({
  load: async () => {
    const text: unknown = await inStore("readonly", (store) => store.get(key))
    return typeof text === "string" ? fromText(text) : null
  },
  save: async (credentials) => void (await inStore("readwrite", (store) => store.put(toText(credentials), key))),
  clear: async () => void (await inStore("readwrite", (store) => store.delete(key))),
  withLock: (body) => ("locks" in navigator ? navigator.locks.request(`${key} tokens`, body) : body()),
})

const table = "tokens"

const inStore = async <A>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<A>): Promise<A> => {
  const database = await open()
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(table, mode)
      const request = use(transaction.objectStore(table))
      transaction.addEventListener("complete", () => resolve(request.result))
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("The browser kept nothing")))
    })
  } finally {
    database.close()
  }
}

const open = () =>
  new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("chat", 1)
    request.addEventListener("upgradeneeded", () => void request.result.createObjectStore(table))
    request.addEventListener("success", () => resolve(request.result))
    request.addEventListener("error", () => reject(request.error ?? new Error("The browser keeps nothing")))
  })
