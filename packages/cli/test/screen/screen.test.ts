import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Body, Seq } from "@chat/domain/Values"
import { view } from "../../src/screen/view.ts"
import { lineWidth, textOf } from "../../src/text/styled.ts"
import { many, read, screenOf } from "./pressing.ts"
import { HostileText } from "../text/samples.ts"
import { bob, conversation, idOf, me, person, said, stateOf, viewOf } from "./views.ts"

describe("any screen", () => {
  const keys = (
    "Up Down Enter Tab Esc C-k C-s F1 F3 F4 M-a M-1 M-2 PageUp PageDown C-Home C-End M-Enter C-c S-Up M-u M-r " +
    "Backspace Left C-w M-Up M-l C-f"
  ).split(" ")
  const size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 130 }))
  const step = Schema.Union([
    Schema.Struct({ _tag: Schema.Literal("Key"), key: Schema.Literals(keys) }),
    Schema.Struct({
      _tag: Schema.Literal("Text"),
      text: Schema.Literals([..."jkrtedxp+y?ofuvRqy/#", "/help", "日本", "👍"]),
    }),
    Schema.Struct({
      _tag: Schema.Literal("Resize"),
      size: Schema.Struct({ columns: size, rows: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })) }),
    }),
    Schema.Struct({ _tag: Schema.Literal("Focus"), focused: Schema.Boolean }),
  ])
  const steps = Schema.Array(step).check(Schema.isMaxLength(12))

  it.prop(
    "fits the terminal, whatever is said, pressed and pulled",
    [HostileText, steps, steps],
    ([texts, before, after]) => {
      const messages = texts.map((text, index) =>
        said(1, index * 2 + 1, `a${text.toWellFormed().replaceAll("\u0000", "")}`, {
          author: index % 3 === 0 ? me : bob,
          replyTo: index > 1 && index % 4 === 0 ? Seq.make(index) : null,
          replies: index % 5,
        }),
      )
      const chat = viewOf(stateOf(conversation(1, messages), conversation(2, [], { unread: 0 })))
      const screen = screenOf(chat)
      const check = () => {
        const { columns, rows } = screen.model().size
        const { frame } = view(screen.model(), chat)
        assert.isAtMost(frame.rows.length, rows)
        for (const line of frame.rows) assert.isAtMost(lineWidth(line), columns, textOf(line))
        const { cursor } = frame
        assert.isTrue(cursor === undefined || (cursor.row < rows && cursor.column < columns))
        screen.draw()
      }
      for (const [index, input] of [...before, undefined, ...after].entries()) {
        if (input === undefined) screen.open(1)
        else screen.give(input)
        if (index % 3 === 0) check()
      }
      check()
    },
  )
})

describe("the timeline", () => {
  it("stays where it is when something comes, and when older messages are loaded", () => {
    const chat = (messages: ReturnType<typeof many>, from: number) =>
      viewOf(
        stateOf(
          conversation(1, messages, { ...read(400), from: Seq.make(1), window: { from: Seq.make(from), messages } }),
        ),
      )
    const screen = screenOf(chat(many(60, 41), 41))
    screen.open(1)
    screen.press("PageUp", "S-Up")
    const before = screen.draw().slice(2, 20)
    assert.include(before.join(), "message number 70")
    screen.change(chat(many(90, 41), 41))
    assert.deepStrictEqual(screen.draw().slice(2, 20), before)
    assert.include(screen.text(), "↓")
    screen.change(chat(many(130, 1), 1))
    assert.deepStrictEqual(screen.draw().slice(2, 20), before)
    screen.press("C-End")
    assert.include(screen.text(), "message number 130")
  })

  it("asks for what came before when one looks back to its beginning", () => {
    const messages = many(60, 41)
    const window = { from: Seq.make(41), messages }
    const screen = screenOf(viewOf(stateOf(conversation(1, messages, { ...read(400), window }))))
    screen.open(1)
    screen.press("PageUp")
    assert.deepStrictEqual(screen.asked("LoadOlder"), [])
    screen.press("C-Home")
    assert.deepStrictEqual(screen.asked("LoadOlder"), [{ _tag: "LoadOlder", conversation: idOf(1) }])
  })
})

describe("what counts as read", () => {
  const unread = () =>
    viewOf(stateOf(conversation(1, many(60), { position: { seq: Seq.make(10), rev: 1 }, unread: 50 })))
  const furthest = (screen: ReturnType<typeof screenOf>) =>
    Math.max(0, ...screen.asked("MarkRead").map((job) => ("seq" in job && job.seq !== null ? job.seq : 0)))

  it("is what was seen, from the first new message on", () => {
    const screen = screenOf(unread())
    screen.open(1)
    assert.match(screen.text(), /new[^\n]*\n(?:.*\n){0,2}.*message number 11\n/u)
    const first = furthest(screen)
    assert.isAbove(first, 11)
    assert.isBelow(first, 60)
    screen.press("PageDown")
    screen.draw()
    assert.isAbove(furthest(screen), first)
  })

  it("is nothing that was jumped over", () => {
    const screen = screenOf(unread())
    screen.open(1)
    screen.draw()
    const seen = furthest(screen)
    screen.press("C-End")
    assert.include(screen.text(), "message number 60")
    assert.strictEqual(furthest(screen), seen)
    screen.press("M-r")
    assert.strictEqual(furthest(screen), 60)
  })

  it("is nothing while somebody looks elsewhere", () => {
    const screen = screenOf(unread())
    screen.give({ _tag: "Focus", focused: false })
    screen.open(1)
    screen.draw()
    assert.deepStrictEqual(screen.asked("MarkRead"), [])
    screen.give({ _tag: "Focus", focused: true })
    screen.draw()
    assert.isAbove(furthest(screen), 10)
  })

  it("is nothing of which only a part was seen, unless it is too long to be seen whole", () => {
    const tall = said(1, 2, Array.from({ length: 12 }, (_, line) => `line ${line}`).join("\n"))
    const screen = screenOf(viewOf(stateOf(conversation(1, [said(1, 1, "hello"), tall], { unread: 2 }))), 80, 15)
    screen.open(1)
    assert.include(screen.text(), "hello")
    assert.notInclude(screen.text(), "line 11")
    assert.strictEqual(furthest(screen), 1)
    screen.press("PageDown")
    assert.include(screen.text(), "line 11")
    assert.strictEqual(furthest(screen), 2)
    const taller = { ...tall, body: Body.make("line\n".repeat(40) + "the end") }
    const other = screenOf(viewOf(stateOf(conversation(1, [taller], { unread: 1 }))), 80, 15)
    other.open(1)
    other.draw()
    assert.strictEqual(furthest(other), 0)
    other.press("C-End")
    assert.include(other.text(), "the end")
    assert.strictEqual(furthest(other), 2)
  })

  it("is what was seen of a thread, once it is open", () => {
    const inThread = [4, 5].map((seq) => said(1, seq, `about ${seq}`, { thread: Seq.make(2) }))
    const screen = screenOf(viewOf(stateOf(conversation(1, [...many(3), ...inThread], read(5)))))
    screen.open(1)
    screen.draw()
    assert.deepStrictEqual(screen.asked("MarkRead"), [])
    screen.press("C-s", "Up")
    screen.type("t")
    assert.include(screen.text(), "about 5")
    assert.deepInclude(screen.asked("MarkRead"), {
      _tag: "MarkRead",
      conversation: idOf(1),
      seq: Seq.make(5),
      root: Seq.make(2),
    })
  })

  it("is nothing that lies under a list", () => {
    const screen = screenOf(unread())
    screen.open(1)
    screen.press("F1")
    screen.draw()
    assert.deepStrictEqual(screen.asked("MarkRead"), [])
  })
})

describe("what somebody said who is blocked", () => {
  it("is one row, and all of it is shown when that is taken", () => {
    const eve = person("eve", 3)
    const messages = [said(1, 1, "hello"), ...[2, 3].map((seq) => said(1, seq, "spam", { author: eve }))]
    const state = stateOf(conversation(1, messages, read(3)))
    const { account } = state
    const blocks = [{ user: eve, since: said(1, 1, "x").postedAt }]
    const blocking = account && { ...account, contacts: { ...account.contacts, blocks } }
    const screen = screenOf(viewOf({ ...state, account: blocking }))
    screen.open(1)
    assert.include(screen.text(), "2 messages of people you blocked")
    assert.notInclude(screen.text(), "spam")
    screen.press("C-s", "Enter")
    assert.deepInclude(screen.asked("Run")[0], { command: { name: "show", rest: "2 3" } })
  })

  it("is found, and not said", () => {
    const eve = person("eve", 3)
    const [greeting, spam] = [said(1, 1, "hello spam"), said(1, 2, "spam spam", { author: eve })]
    const state = stateOf(conversation(1, [greeting, spam], read(2)))
    const { account } = state
    const blocks = [{ user: eve, since: greeting.postedAt }]
    const screen = screenOf(
      viewOf({ ...state, account: account && { ...account, contacts: { ...account.contacts, blocks } } }),
    )
    screen.press("C-f")
    screen.type("spam")
    screen.give({ _tag: "Found", query: "spam", hits: [{ message: greeting }, { message: spam }] })
    assert.include(screen.text(), "hello spam")
    assert.include(screen.text(), "1 message of somebody you blocked")
    assert.notInclude(screen.text(), "spam spam")
  })
})

describe("writing", () => {
  const chat = viewOf(stateOf(conversation(1, many(3), read(3)), conversation(2, [], { unread: 0 })))

  it("sends a text of several lines, and keeps what is written in each conversation", () => {
    const screen = screenOf(chat)
    screen.open(1)
    screen.type("one")
    screen.press("M-Enter")
    screen.type("two")
    screen.press("M-2")
    screen.type("elsewhere")
    screen.press("M-1")
    assert.include(screen.text(), "> one\n  two")
    screen.press("Enter")
    assert.deepStrictEqual(screen.asked("Post"), [
      { _tag: "Post", conversation: idOf(1), text: "one\ntwo", replyTo: null, root: null },
    ])
    assert.notInclude(screen.text(), "two")
    screen.press("M-2")
    assert.include(screen.text(), "> elsewhere")
    screen.press("M-1", "Up")
    assert.include(screen.text(), "> one\n  two")
  })

  it("does not tell a room what was meant for the program", () => {
    const screen = screenOf(chat)
    screen.open(1)
    for (const text of [" /quit", "/qiut"]) {
      screen.type(text)
      screen.press("Enter")
      assert.include(screen.text(), "/quit")
      screen.press("C-c", "C-c")
    }
    assert.deepStrictEqual(screen.asked("Post"), [])
    screen.type("//quit")
    screen.press("Enter")
    assert.deepStrictEqual(
      screen.asked("Post").map((job) => ("text" in job ? job.text : "")),
      ["/quit"],
    )
  })

  it("answers the message that was selected, and changes one's own", () => {
    const own = [...many(2), said(1, 3, "tpyo", { author: me })]
    const screen = screenOf(viewOf(stateOf(conversation(1, own, read(3)))))
    screen.open(1)
    screen.press("C-s", "Up")
    screen.type("r")
    screen.type("yes")
    screen.press("Enter")
    assert.deepInclude(screen.asked("Post")[0], { text: "yes", replyTo: Seq.make(2) })
    screen.type("a draft")
    screen.press("C-s")
    screen.type("e")
    assert.include(screen.text(), "edit> tpyo")
    screen.press("C-u")
    screen.type("typo")
    screen.press("Enter")
    assert.deepInclude(screen.asked("Change")[0], { text: "typo", message: own[2]?.id })
    assert.include(screen.text(), "> a draft")
  })

  it("ends at the second Ctrl-C, and not when there is something to lose", () => {
    const screen = screenOf(chat)
    screen.open(1)
    screen.type("text")
    screen.press("C-d", "C-c")
    assert.deepStrictEqual(screen.asked("Quit"), [])
    screen.press("C-c")
    assert.include(screen.text(), "Ctrl-C again ends")
    screen.press("C-c")
    assert.strictEqual(screen.asked("Quit").length, 1)
  })
})

describe("going elsewhere", () => {
  const state = stateOf(
    conversation(1, many(3), read(3)),
    conversation(2, [said(2, 1, "hello")], { unread: 1 }),
    conversation(3, [said(3, 1, "@ann")], { unread: 1, mentions: 1 }),
  )

  it("goes to mentions first, then to what is unread", () => {
    const screen = screenOf(viewOf(state))
    screen.open(1)
    screen.press("M-a")
    assert.strictEqual(screen.model().current, idOf(3))
    screen.press("M-l")
    assert.strictEqual(screen.model().current, idOf(1))
  })

  it("goes where somebody clicks", () => {
    const screen = screenOf(viewOf(state))
    screen.open(1)
    const row = screen.draw().findIndex((line) => line.includes("#room2"))
    screen.give({ _tag: "Click", row, column: 5 })
    assert.strictEqual(screen.model().current, idOf(2))
  })

  it("finds a conversation by a part of its name", () => {
    const screen = screenOf(viewOf(state))
    screen.open(1)
    screen.press("C-k")
    screen.type("rm2")
    assert.include(screen.text(), "#room2")
    screen.press("Enter")
    assert.strictEqual(screen.model().current, idOf(2))
  })
})
