import { enableCompileCache } from "node:module"

// What is imported takes longer to compile than everything else that a start does, so it is compiled once.
enableCompileCache()
await import("./serve.ts")
