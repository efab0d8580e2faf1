#!/usr/bin/env node
import packageJson from "../package.json" with { type: "json" }

const args = process.argv.slice(2)

if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
  // answered before anything is loaded
  console.log(`chat ${packageJson.version}`)
} else if (Number(process.versions.node.split(".")[0]) < 22) {
  console.error(`chat: Node.js 22 or later is needed, and this is ${process.versions.node}`)
  process.exitCode = 2
} else {
  const { start } = await import("./start.ts")
  await start(args)
}
