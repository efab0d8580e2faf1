// What an app in a browser downloads for `@chat/client/Chat`, against its budget.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "rolldown"

const budget = 66_000
const entry = join(import.meta.dirname, "..", "packages", "client", "src", "Chat.ts")

if (existsSync(entry)) {
  const { output } = await build({
    input: entry,
    platform: "browser",
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    treeshake: true,
    write: false,
    output: { format: "esm", minify: true },
    onLog: (level, log) => {
      // a Node module in a bundle for browsers is an error, not a warning
      if (level === "warn") throw new Error(log.message)
    },
  })
  const gzipped = output
    .map((part) => (part.type === "chunk" ? gzipSync(part.code, { level: 9 }).length : 0))
    .reduce((sum, size) => sum + size, 0)
  const within = gzipped <= budget
  console.log(`@chat/client/Chat: ${(gzipped / 1_000).toFixed(1)} kB gzipped, budget ${budget / 1_000} kB`)
  if (!within) console.error("The browser bundle is over its budget")
  process.exitCode = within ? 0 : 1
} else {
  console.log("@chat/client/Chat does not exist yet: nothing to measure")
}
