import type { Writable } from "node:stream"

/**
 * When everything written so far has been taken. Not a matter of `drain`, which comes only where a write was told to
 * wait: whoever waits for it below that mark waits for ever.
 */
export const flushed = (stream: Writable): Promise<void> => new Promise((resolve) => stream.write("", () => resolve()))
