import * as Context from "effect/Context"
import * as IpNetwork from "effect/net/IpNetwork"
import * as NetAddress from "effect/net/NetAddress"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { IncomingMessage } from "node:http"

/** Where a call comes from. A call that came over no network comes from this machine. */
export const ClientAddress = Context.Reference<string>("@chat/server/limits/ClientAddress", {
  defaultValue: () => "127.0.0.1",
})

/**
 * Whose request it is: the peer's, unless the peer is a trusted proxy, which says for whom it asks. Each proxy appends
 * the address that it saw, so the header is read from its end, and the first address that is not a trusted proxy's
 * counts; what stands before that is the client's own claim.
 */
export const clientAddress = (
  request: Pick<IncomingMessage, "headers"> & { readonly socket: Pick<IncomingMessage["socket"], "remoteAddress"> },
  trusted: ReadonlyArray<IpNetwork.IpNetwork>,
): string => {
  const peer = parse(request.socket.remoteAddress ?? "")
  if (peer === undefined) return "unknown"
  let client = peer
  // The header may come several times, which Node joins with commas.
  const hops = String(request.headers["x-forwarded-for"] ?? "").split(",")
  while (trusted.some((network) => IpNetwork.contains(network, client))) {
    const hop = parse(hops.pop()?.trim() ?? "")
    if (hop === undefined) break
    client = hop
  }
  return NetAddress.formatIp(client)
}

const withPort = /^(?:\[(?<v6>[^\]]+)\](?::\d+)?|(?<v4>[\d.]+):\d+)$/u

const parse = (text: string): NetAddress.IpAddress | undefined => {
  const groups = withPort.exec(text)?.groups
  const [bare = ""] = (groups?.["v6"] ?? groups?.["v4"] ?? text).split("%")
  const address = Option.getOrUndefined(Result.getSuccess(NetAddress.ipFromString(bare)))
  if (address === undefined || NetAddress.isIpv4Address(address)) return address
  return Option.getOrElse(NetAddress.fromIpv4Mapped(address), () => address)
}

/** Whether a call comes from this machine, which no limit by address holds back. */
export const isLocal = (address: string): boolean => {
  const parsed = parse(address)
  return parsed !== undefined && NetAddress.isLoopback(parsed)
}

/** Whom a limit by address counts as one: an IPv6 network of 64 bits belongs to one customer. */
export const addressKey = (address: string): string => {
  const parsed = parse(address)
  if (parsed === undefined || NetAddress.isIpv4Address(parsed)) return address
  return IpNetwork.format(IpNetwork.fromAddressUnsafe(parsed, 64))
}
