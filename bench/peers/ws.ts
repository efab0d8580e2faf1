// The bare server: rooms in memory, nothing stored. As it stands in many tutorials, with one JSON.stringify per message.
import { WebSocketServer, type WebSocket } from "ws"
import type { AddressInfo } from "node:net"

interface FromClient {
  readonly type: "join" | "post"
  readonly room: string
  readonly id: string
  readonly text: string
}

const rooms = new Map<string, Set<WebSocket>>()
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false })
let lastId = 0

server.on("connection", (socket, request) => {
  const user = new URL(request.url ?? "/", "http://localhost").searchParams.get("user")
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
    const { room, text } = message
    const out = JSON.stringify({ type: "message", id: ++lastId, room, user, text, at: new Date().toISOString() })
    for (const member of rooms.get(room) ?? []) member.send(out)
    socket.send(JSON.stringify({ type: "ok", id: message.id }))
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
