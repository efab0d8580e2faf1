import type { Configuration } from "../config/settings.ts"

/**
 * What every answer says, of whichever route: nothing of this server is a page but those that say so, none is shown in a
 * frame or guessed to be of another type, and no address of it is passed on. Behind TLS browsers keep to TLS (RFC 6797).
 */
export const securityHeaders = ({ publicUrl }: Pick<Configuration, "publicUrl">): Headers =>
  new Headers({
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    ...(publicUrl?.startsWith("https://") === true && { "strict-transport-security": "max-age=31536000" }),
  })
