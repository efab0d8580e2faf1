import type { Configuration } from "../config/settings.ts"

/**
 * Whether a page of this origin may connect. A program that is not a browser sends none. The `Host` header decides
 * nothing: a page whose name is made to point here would send it too.
 */
export const isAllowedOrigin = (
  origin: string | undefined,
  { allowedOrigins, publicUrl, host, port }: Pick<Configuration, "allowedOrigins" | "publicUrl" | "host" | "port">,
): boolean => {
  if (origin === undefined) return true
  const own = publicUrl === undefined ? [`http://${host}:${port}`, `http://localhost:${port}`] : [publicUrl]
  return [...own, ...allowedOrigins].some((allowed) => allowed.toLowerCase() === origin.toLowerCase())
}
