// What a good engineer writes by hand in a day: every message is stored before anybody gets it, and what comes while a
// statement runs goes into the next one. No sessions, no ids for repeating, no catching up.
import { Pool } from "pg"
import { WebSocketServer, type WebSocket } from "ws"
import type { AddressInfo } from "node:net"

interface FromClient {
  readonly type: "join" | "post"
  readonly room: string
  readonly id: string
  readonly text: string
}

interface Post extends FromClient {
  readonly socket: WebSocket
  readonly user: string
}

const pool = new Pool({ connectionString: process.env["DATABASE_URL"] })
await pool.query(`CREATE TABLE IF NOT EXISTS messages (
  id bigserial PRIMARY KEY, room text NOT NULL, author text NOT NULL, body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now())`)
await pool.query("CREATE INDEX IF NOT EXISTS messages_room ON messages (room, id)")

const insert = {
  name: "insert",
  text: `INSERT INTO messages (room, author, body)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) RETURNING id, created_at`,
}
const mostAtOnce = 500

const rooms = new Map<string, Set<WebSocket>>()
let waiting: Array<Post> = []
let isWriting = false

const write = async (): Promise<void> => {
  if (isWriting) return
  isWriting = true
  while (waiting.length > 0) {
    const batch = waiting.slice(0, mostAtOnce)
    waiting = waiting.slice(mostAtOnce)
    const values = [batch.map(({ room }) => room), batch.map(({ user }) => user), batch.map(({ text }) => text)]
    const { rows } = await pool.query<{ id: string; created_at: Date }>({ ...insert, values })
    for (const [index, { socket, room, user, text, id }] of batch.entries()) {
      const row = rows[index]
      const out = JSON.stringify({ type: "message", id: row?.id, room, user, text, at: row?.created_at })
      for (const member of rooms.get(room) ?? []) member.send(out)
      socket.send(JSON.stringify({ type: "ok", id }))
    }
  }
  isWriting = false
}

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false })

server.on("connection", (socket, request) => {
  const user = new URL(request.url ?? "/", "http://localhost").searchParams.get("user") ?? ""
  const joined = new Set<string>()
  let isAlive = true

  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as FromClient // its clients are its own
    if (message.type === "join") {
      const room = rooms.get(message.room) ?? new Set()
      rooms.set(message.room, room.add(socket))
      joined.add(message.room)
      socket.send(JSON.stringify({ type: "joined", room: message.room }))
      return
    }
    waiting.push({ ...message, socket, user })
    void write()
  })

  const heartbeat = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, 30_000)
  socket.on("pong", () => (isAlive = true))
  socket.on("error", () => undefined)
  socket.on("close", () => {
    clearInterval(heartbeat)
    for (const room of joined) rooms.get(room)?.delete(socket)
  })
})

server.on("listening", () => {
  const { port } = server.address() as AddressInfo // it listens on a port
  console.log(`Listening on http://127.0.0.1:${port}`)
})
