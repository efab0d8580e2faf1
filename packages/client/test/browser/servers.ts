/** What the browser talks to: the real server as a process, and pages of other origins. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { connect, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { build } from "rolldown"

const client = join(import.meta.dirname, "..", "..")

const bundle = async (): Promise<ReadonlyMap<string, string>> => {
  const { output } = await build({
    input: { chat: join(client, "src/Chat.ts"), store: join(client, "src/browser/LocalTokenStore.ts") },
    platform: "browser",
    write: false,
    onLog: (level, log) => {
      // a Node module in a bundle for browsers is an error, not a warning
      if (level === "warn") throw new Error(log.message)
    },
  })
  return new Map(output.flatMap((part) => (part.type === "chunk" ? [[`/${part.fileName}`, part.code] as const] : [])))
}

export interface Pages {
  /** Starts serving the page at an origin of its own. */
  readonly serve: () => Promise<string>
  readonly close: () => void
}

/** Serves a page that has the client, bundled for browsers, and what `script` says. */
export const pages = async (script: string): Promise<Pages> => {
  const files = await bundle()
  const page = `<!doctype html><script type="module">
import { connect } from "/chat.js"
import { localTokenStore } from "/store.js"
${script}</script>`
  const servers: Array<ReturnType<typeof createServer>> = []
  return {
    serve: async () => {
      const server = createServer(({ url = "/" }, response) => {
        const code = files.get(url)
        response.writeHead(200, { "content-type": code === undefined ? "text/html" : "text/javascript" })
        response.end(code ?? page)
      })
      servers.push(server)
      await once(server.listen(0, "127.0.0.1"), "listening")
      return `http://127.0.0.1:${portOf(server)}`
    },
    close: () => {
      for (const server of servers) server.close().closeAllConnections()
    },
  }
}

export interface ChatServer {
  readonly url: string
  readonly kill: (signal: "SIGTERM" | "SIGKILL") => Promise<void>
}

/** Starts the server; `lateBy`: so many milliseconds later than it is. */
export const startServer = async (env: NodeJS.ProcessEnv, lateBy = 0): Promise<ChatServer> => {
  const clock = `const now = Date.now; Date.now = () => now() + ${lateBy}`
  const main = join(client, "..", "server", "src", "main.ts")
  const server = spawn(process.execPath, [`--import=data:text/javascript,${encodeURIComponent(clock)}`, main], {
    env: { ...process.env, CHAT_LOG_FORMAT: "json", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const exited = once(server, "exit")
  const kill: ChatServer["kill"] = async (signal) => {
    server.kill(signal)
    await exited
  }
  for await (const line of createInterface(server.stdout)) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/u.exec(line) ?? []
    if (url === undefined) continue
    server.stdout.resume()
    return { url, kill }
  }
  throw new Error("The server ended before it listened")
}

export interface Line {
  readonly url: string
  /** Cuts what runs over it; what comes after runs again. */
  readonly cut: () => void
  readonly close: () => void
}

/** A way to a server that can be cut. Offline as browsers emulate it leaves WebSockets open that there are. */
export const lineTo = async (url: string): Promise<Line> => {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  const line = createTcpServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on("error", () => undefined) // a close follows
      socket.on("close", () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  await once(line.listen(0, "127.0.0.1"), "listening")
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: `http://127.0.0.1:${portOf(line)}`,
    cut,
    close: () => {
      line.close()
      cut()
    },
  }
}

const portOf = (server: TcpServer): number => {
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The server has no port")
  return address.port
}
