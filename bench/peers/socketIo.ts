// A chat as the documentation of socket.io builds it: an insert per message, then to the room.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Pool } from "pg"
import { Server } from "socket.io"

const pool = new Pool({ connectionString: process.env["DATABASE_URL"] })
await pool.query(`CREATE TABLE IF NOT EXISTS messages (
  id bigserial PRIMARY KEY, room text NOT NULL, author text NOT NULL, body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now())`)
await pool.query("CREATE INDEX IF NOT EXISTS messages_room ON messages (room, id)")

const http = createServer()
const io = new Server(http)

io.on("connection", (socket) => {
  const user = String(socket.handshake.query["user"])

  socket.on("join", async (room: string, done: () => void) => {
    await socket.join(room)
    done()
  })

  socket.on("post", async (room: string, text: string, done: (id: string) => void) => {
    const { rows } = await pool.query<{ id: string; created_at: Date }>(
      "INSERT INTO messages (room, author, body) VALUES ($1, $2, $3) RETURNING id, created_at",
      [room, user, text],
    )
    const id = rows[0]?.id ?? ""
    io.to(room).emit("message", { id, room, user, text, at: rows[0]?.created_at })
    done(id)
  })
})

http.listen(0, "127.0.0.1", () => {
  const { port } = http.address() as AddressInfo // it listens on a port
  console.log(`Listening on http://127.0.0.1:${port}`)
})
