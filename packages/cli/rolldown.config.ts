import { defineConfig } from "rolldown"

export default defineConfig({
  input: { chat: "src/main.ts" },
  platform: "node",
  // has a binary for each system, and need not be there
  external: ["@napi-rs/keyring"],
  transform: { define: { "process.env.NODE_ENV": '"production"' } },
  output: {
    dir: "bundle",
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: true,
    // class names are the tags and keys that a person reads in an error
    keepNames: true,
    cleanDir: true,
  },
})
