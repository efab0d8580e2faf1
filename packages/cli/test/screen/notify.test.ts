import { assert, describe, it } from "@effect/vitest"
import type { ConnectionStatus } from "@chat/client/connection/ConnectionStatus"
import { Cell } from "@chat/client/Observable"
import { conversationLog } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { State } from "@chat/domain/state/State"
import { Mark, Seq } from "@chat/domain/Values"
import { makeEvents } from "../../src/screen/events.ts"
import { initialModel, type Model } from "../../src/screen/Model.ts"
import { Loop } from "../../src/screen/loop.ts"
import { type Notification, notificationOf } from "../../src/screen/notify.ts"
import { read } from "./pressing.ts"
import { bob, conversation, idOf, me, person, said, stateOf, viewOf } from "./views.ts"

const direct = { kind: "direct", name: null, topic: null, peer: bob } as const

const room = (more = {}) => stateOf(conversation(1, [], { ...read(0), ...more }))
const model: Model = { ...initialModel({ columns: 80, rows: 24 }), current: idOf(2) }
const isTold = (message: Message, state: State, where: Model = model) =>
  notificationOf(message, where, viewOf(state)) !== undefined

describe("somebody is told", () => {
  const plain = said(1, 1, "hello")
  const mention = said(1, 1, "@ann", { mentions: [me.id] })

  it("of mentions, and of what people say to them", () => {
    assert.isTrue(isTold(mention, room()))
    assert.isFalse(isTold(plain, room()))
    assert.isTrue(isTold(plain, room(direct)))
    assert.isTrue(isTold(said(1, 1, "all of you", { mentionsRoom: "room" }), room()))
  })

  it("of nothing that they wrote, see, or do not want to know", () => {
    assert.isFalse(isTold({ ...mention, author: me }, room()))
    const here = { ...model, current: idOf(1) }
    assert.isFalse(isTold(mention, room(), here))
    assert.isTrue(isTold(mention, room(), { ...here, focused: false }))
    assert.isTrue(isTold(mention, room(), { ...here, overlay: { _tag: "Help", top: 0 } }))
    assert.isTrue(isTold(mention, room({ notifications: { level: "mentions" } })))
    assert.isFalse(isTold(plain, room({ ...direct, notifications: { level: "mentions" } })))
    assert.isFalse(isTold(mention, room({ notifications: { level: "none" } })))
    const { account, ...rest } = room()
    assert.isFalse(isTold(mention, { ...rest, account: account && { ...account, presence: "dnd" } }))
    const blocks = [{ user: bob, since: plain.postedAt }]
    const blocked = account && { ...account, contacts: { ...account.contacts, blocks } }
    assert.isFalse(isTold(mention, { ...rest, account: blocked }))
  })

  it("also when a conversation appears with its first message, but not of what was there before", () => {
    const eve = person("eve", 3)
    const before = conversation(1, [said(1, 1, "long ago")], direct)
    const after = conversation(2, [said(2, 2, "are you there?", { author: eve })], { ...direct, peer: eve })
    const state = new Cell(stateOf(before))
    const connection = new Cell<ConnectionStatus>(viewOf(state.get()).connection)
    const client = { state, connection, outbox: new Cell([]) }
    const loop = new Loop({ client, server: "", links: false, rebound: {}, now: () => 0 })
    const told: Array<Notification> = []
    const { onItem, land } = makeEvents(client, loop, (notification) => told.push(notification))
    const appeared = (number: number) =>
      onItem({
        _tag: "Resynchronised",
        log: conversationLog(idOf(number)),
        from: Seq.make(1),
        to: Seq.make(2),
        reason: "new",
      })
    land()
    appeared(1)
    assert.deepStrictEqual(told, [])
    state.set(stateOf(before, after))
    appeared(2)
    appeared(2)
    assert.deepStrictEqual(
      told.map(({ place, text }) => [place, text]),
      [["@eve", "are you there?"]],
    )
    loop.end()
  })

  it("once of each message, also where it comes in a snapshot and again as an event, and of nothing from before", () => {
    const eve = person("eve", 3)
    const [first, second] = [1, 2].map((seq) => said(2, seq, `number ${seq}`, { author: eve }))
    assert.isDefined(second)
    if (first === undefined || second === undefined) return
    const before = conversation(1, [said(1, 5, "long ago")], direct)
    const state = new Cell(stateOf(before))
    const connection = new Cell<ConnectionStatus>(viewOf(state.get()).connection)
    const client = { state, connection, outbox: new Cell([]) }
    const loop = new Loop({ client, server: "", links: false, rebound: {}, now: () => 0 })
    const told: Array<string> = []
    const { onItem, land } = makeEvents(client, loop, ({ text }) => told.push(text))
    const event = (message: Message) =>
      onItem({
        _tag: "Event",
        event: {
          log: conversationLog(message.conversation),
          seq: message.seq,
          mark: Mark.make("0000000000000000"),
          at: message.postedAt,
          actor: message.author,
          type: "MessagePosted",
          data: { message, mentionsBefore: null, mentionsAfter: null },
        },
      })
    // what was missed comes as events, which are read when the connection is there already
    land()
    event(said(1, 4, "while nobody was there"))
    event(said(1, 5, "long ago"))
    assert.deepStrictEqual(told, [])
    // the state is ahead of what is told of it
    state.set(stateOf(before, conversation(2, [second], { ...direct, peer: eve })))
    onItem({ _tag: "Resynchronised", log: conversationLog(idOf(2)), from: Seq.make(1), to: first.seq, reason: "new" })
    event(second)
    event(second)
    assert.deepStrictEqual(told, ["number 2"])
    loop.end()
  })
})
