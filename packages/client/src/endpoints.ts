/** Where a server listens. */

/** The addresses of a server whose own is `http://chat.example` or `https://example.org/chat`. */
export interface Endpoints {
  readonly http: string
  readonly webSocket: string
}

/** `undefined` for what is not the address of a server: `http` and `https` (or `ws` and `wss`) are. */
export const endpointsOf = (server: string): Endpoints | undefined => {
  if (!URL.canParse(server)) return undefined
  const { protocol, host, pathname } = new URL(server)
  const secure = protocol === "https:" || protocol === "wss:"
  if (!secure && protocol !== "http:" && protocol !== "ws:") return undefined
  const rest = `${host}${pathname.replace(/\/+$/u, "")}/rpc`
  return { http: `http${secure ? "s" : ""}://${rest}`, webSocket: `ws${secure ? "s" : ""}://${rest}` }
}
