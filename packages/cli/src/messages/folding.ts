/** Messages of people whom the reader has blocked: in rooms they come as everybody's do, and are folded to a line. */
import type { Message } from "@chat/domain/Message"

/** A message to show, or some after one another that are not shown. */
export type Shown = { readonly message: Message } | { readonly folded: ReadonlyArray<Message> }

/** The messages, with those that stand together and are to be folded in one. */
export const fold = (
  messages: ReadonlyArray<Message>,
  isFolded: (message: Message) => boolean,
): ReadonlyArray<Shown> => {
  const shown: Array<Shown> = []
  for (const message of messages) {
    const last = shown.at(-1)
    if (!isFolded(message)) shown.push({ message })
    else if (last !== undefined && "folded" in last) shown[shown.length - 1] = { folded: [...last.folded, message] }
    else shown.push({ folded: [message] })
  }
  return shown
}

/** The line that stands for them. */
export const foldedText = ({ length }: ReadonlyArray<Message>): string =>
  length === 1 ? "1 message of somebody you blocked" : `${length} messages of people you blocked`
