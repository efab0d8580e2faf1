/** What the screen makes of what comes from the server, beside what is in the state. */
import type { Client } from "@chat/client/Client"
import type { ConnectionStatus, Online } from "@chat/client/connection/ConnectionStatus"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import type { LogEvent } from "@chat/domain/Event"
import { type ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { listed } from "./conversations.ts"
import type { Loop } from "./loop.ts"
import { type Notification, notificationOf } from "./notify.ts"

const missedIn = ({ recovered, resynchronised }: Online): string => {
  if (resynchronised.length > 0) return "much has happened meanwhile"
  if (recovered === 0) return "nothing was missed"
  return recovered === 1 ? "one thing had happened meanwhile" : `${recovered} things had happened meanwhile`
}

export const makeEvents = (
  client: Pick<Client, "state" | "connection">,
  loop: Loop,
  notify: (notification: Notification) => void,
) => {
  let wasOffline = false
  /** What there was when this program came; what appears later is told of. */
  let known: ReadonlySet<ConversationId> | undefined

  const tell = (message: Message): void => {
    const notification = notificationOf(message, loop.shown(), loop.chat())
    if (notification !== undefined) notify(notification)
  }

  const conversationOf = (log: LogId) =>
    [...client.state.get().conversations.values()].find(({ id }) => conversationLog(id) === log)

  const onEvent = (event: LogEvent): void => {
    if (event.type === "ConversationGone" && event.data.conversation === loop.shown().current) {
      loop.send({ _tag: "Left", conversation: event.data.conversation })
      loop.send({ _tag: "Notice", text: "You are not in this conversation any more", isError: false })
    }
    const conversation = conversationOf(event.log)
    if (conversation === undefined) return
    loop.happened(conversation.id, event)
    if (event.type === "MessagePosted") tell(event.data.message)
  }

  /** A conversation that has just appeared may come with its first message in it. */
  const onAppeared = (log: LogId): void => {
    const conversation = conversationOf(log)
    if (conversation === undefined || known === undefined || known.has(conversation.id)) return
    known = new Set([...known, conversation.id])
    if (conversation.unread > 0 && conversation.lastMessage !== null) tell(conversation.lastMessage)
  }

  const onItem = (item: ChatEvent): void => {
    if (item._tag === "Event") onEvent(item.event)
    else if (item.reason === "new") onAppeared(item.log)
  }

  /** Once it is known what there is, somebody who has chosen nothing yet is where something is for them. */
  const land = (): void => {
    const { current, previous } = loop.shown()
    if (client.connection.get()._tag === "Online") known ??= new Set(client.state.get().conversations.keys())
    const isNew = current === null && previous === null && client.connection.get()._tag === "Online"
    const [first] = isNew ? listed(loop.chat()) : []
    if (first !== undefined) loop.send({ _tag: "Go", conversation: first.id })
  }

  const onStatus = (status: ConnectionStatus): void => {
    land()
    loop.drawSoon()
    if (status._tag === "Offline") wasOffline = true
    if (status._tag !== "Online" || !wasOffline) return
    wasOffline = false
    loop.send({ _tag: "Notice", text: `online again: ${missedIn(status)}`, isError: false })
  }

  return { onItem, onStatus, land }
}
