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
  /** Up to where nobody has to be told any more, by conversation; `undefined`: it is not known yet what there was before. */
  let told: ReadonlyMap<ConversationId, number> | undefined

  const tell = (message: Message): void => {
    if (told === undefined || message.seq <= (told.get(message.conversation) ?? 0)) return
    told = new Map(told).set(message.conversation, message.seq)
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

  /** A conversation that has just appeared may come with its first message in it; one of another history begins anew. */
  const onResynchronised = ({ log, to, reason }: Extract<ChatEvent, { readonly _tag: "Resynchronised" }>): void => {
    const conversation = conversationOf(log)
    if (conversation === undefined || told === undefined) return
    const { id, unread, lastMessage } = conversation
    if (reason === "mark") told = new Map(told).set(id, to)
    // what came after the snapshot comes as an event
    if (reason === "new" && unread > 0 && lastMessage !== null && lastMessage.seq <= to) tell(lastMessage)
  }

  const onItem = (item: ChatEvent): void => {
    if (item._tag === "Event") onEvent(item.event)
    else onResynchronised(item)
  }

  /**
   * Once it is known what there is, or that it cannot be known now, somebody who has chosen nothing yet is where something
   * is for them.
   */
  const land = (): void => {
    const { current, previous } = loop.shown()
    const { _tag } = client.connection.get()
    if (_tag === "Online") told ??= new Map([...client.state.get().conversations].map(([id, { seq }]) => [id, seq]))
    const isNew = current === null && previous === null && _tag !== "Connecting"
    const [first] = isNew ? listed(loop.chat()) : []
    if (first !== undefined) loop.send({ _tag: "Go", conversation: first.id })
  }

  const onStatus = (status: ConnectionStatus): void => {
    if (status._tag === "Online") loop.send({ _tag: "Online" })
    land()
    loop.drawSoon()
    if (status._tag === "Offline") wasOffline = true
    if (status._tag !== "Online" || !wasOffline) return
    wasOffline = false
    loop.send({ _tag: "Notice", text: `online again: ${missedIn(status)}`, isError: false })
  }

  return { onItem, onStatus, land }
}
