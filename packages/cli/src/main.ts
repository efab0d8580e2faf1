#!/usr/bin/env node
import * as module from "node:module"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import packageJson from "../package.json" with { type: "json" }

const args = process.argv.slice(2)

if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
  // answered before anything is loaded
  console.log(`chat ${packageJson.version}`)
} else if (Number(process.versions.node.split(".")[0]) < 22) {
  console.error(`chat: Node.js 22 or later is needed, and this is ${process.versions.node}`)
  process.exitCode = 2
} else {
  // compiled once and not at each start: not in the folder for everybody's temporary files, where somebody else could have put it
  // @effect-diagnostics-next-line processEnv:off -- Effect is not loaded yet
  const cache = process.env["XDG_CACHE_HOME"] ?? ""
  module.enableCompileCache?.(join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "chat"))
  const { start } = await import("./start.ts")
  await start(args)
}
