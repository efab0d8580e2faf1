import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { objects, password, withServer } from "../support/program.ts"
import { hasTmux, openPane, type Pane } from "../support/tmux.ts"

const { done, signUp, environment, file } = withServer()

const panes: Array<Pane> = []

/** A chat in a terminal of its own; what is typed in it and what comes of it. */
const open = async (person: string) => {
  const pane = openPane([process.execPath, file, "--plain"], environment(person))
  panes.push(pane)
  await pane.shows("/help shows what can be typed")
  const types = async (line: string, ...shown: ReadonlyArray<string>) => {
    pane.type(line)
    pane.press("Enter")
    for (const text of shown) await pane.shows(text)
  }
  return { pane, types }
}

afterEach(() => {
  for (const pane of panes.splice(0)) pane.close()
})

beforeAll(async () => {
  for (const person of ["ann", "bob", "eve"]) await signUp(person)
})

const history = async (room: string) => objects(await done("ann", ["history", room, "--json"]))

describe.skipIf(!hasTmux)("commands while talking", () => {
  it("do what can be done with a message", async () => {
    await done("ann", ["rooms", "create", "garden"])
    await done("bob", ["rooms", "join", "garden"])
    await done("ann", ["send", "garden", "tulips"])
    await done("bob", ["send", "garden", "weeds"])
    const { types } = await open("ann")
    await types("/to #garden", "bob: weeds", "#garden>")
    await types("/react 4 ❤", "ann reacted to message 4")
    await types("/unreact last ❤️", "took back")
    await types("/pin 3", "ann pinned message 3")
    await types("/pins", "ann: tulips (pinned)")
    await types("/star 4", "Put aside")
    await types("/stars", "bob: weeds")
    await types("/edit 3 roses", "ann changed message 3: roses")
    await types("/edit 12 roses", "There is no message 12")
    await types("/reply last pull them out", "> bob: weeds")
    await types("/thread 3 red ones", "(in thread 3)")
    await types("/thread 3", "(1 in its thread)")
    await types("/unread 4", "Unread from message 4 on")
    await types("/forward 4 @eve", "Forwarded to @eve, message 2")
    await types("/search weeds", "#garden/4")
    await types("/hide 4", "Deleted for you")
    await types("/delete", "ann deleted message")
    const said = await history("garden")
    assert.deepStrictEqual(
      said.map(({ body }) => body),
      ["roses", null, "pull them out", null],
    )
  })

  it("do what can be done with people", async () => {
    const ann = await open("ann")
    const bob = await open("bob")
    await ann.types("/friends add bob", "You have asked @bob")
    await bob.pane.shows("ann asks to be friends: /friends accept ann")
    await bob.types("/requests", "@ann  asks you")
    await bob.types("/friends accept ann", "@ann is your friend now")
    await ann.pane.shows("bob is a friend")
    await ann.types("/friends", "@bob")
    await ann.types("/online", "@bob")
    await ann.types("/status dnd", "not to be disturbed")
    await ann.types("/find ev", "@eve")
    await ann.types("/block eve", "@eve is blocked")
    await ann.types("/blocks", "@eve")
    await ann.types("/stars garden", "Unexpected")
    await ann.types("/requests", "there is nothing")
    await ann.types("/unblock @eve", "@eve is blocked no longer")
    await ann.types("/friends remove bob", "@bob is your friend no longer")
    assert.strictEqual(await done("bob", ["friends", "list"]), "")
  })

  it("make a room and keep order in it", async () => {
    const { types } = await open("ann")
    await types("/create attic What is under the roof", "#attic>")
    await types("/create cellar --topic 'Apples and wine' --read-only", "#cellar>")
    await types("/rooms cell", "#cellar  1 member, yours, Apples and wine")
    await types("/to attic", "#attic>")
    await types("/rooms att", "#attic  1 member, yours, What is under the roof")
    await types("/invite-link --uses 1 --expires '2 days'", "This is link")
    await types("/invite-links", "0 of 1 came, until")
    await done("bob", ["rooms", "join", "attic"])
    await types("/role bob moderator", "made bob a moderator")
    await types("/topic Old lamps", "Old lamps")
    await types("/ban eve she broke a lamp", "ann banned eve")
    await types("/bans", "@eve  by @ann, she broke a lamp")
    await types("/unban eve", "lifted the ban of eve")
    await types("/members", "@ann (owner), @bob (moderator)")
    await types("/kick bob", "ann removed bob")
    await types("/mute --mentions", "Muted #attic")
    await types("/unmute", "Muted no longer: #attic")
    assert.strictEqual(await done("ann", ["rooms", "members", "attic"]), "@ann  owner\n")
  })

  it("invite somebody, who is told of it there and then, or later", async () => {
    await done("ann", ["rooms", "create", "shed", "--private"])
    const [ann, bob] = [await open("ann"), await open("bob")]
    await ann.types("/to #shed", "#shed>")
    await ann.types("/invite bob", "@bob is invited to #shed")
    await bob.pane.shows("ann invites you to #shed: /join shed")
    await bob.types("/list", "ann invites you to #shed")
    await bob.types("/invitations", "#shed  @ann invites you, 1 member")
    await bob.types("/join shed", "#shed>")
    await ann.pane.shows("bob came in")
    await ann.types("/kick bob", "ann removed bob")
    await done("ann", ["invite", "bob", "shed"])
    const tablet = await open("bob")
    await tablet.pane.shows("ann invites you to #shed")
    await tablet.types("/invitations decline shed", "You are not invited to #shed any more")
    assert.strictEqual(await done("ann", ["invitations", "--room", "shed"]), "")
  })

  it("begin a group, and add to it", async () => {
    const [ann, bob] = [await open("ann"), await open("bob")]
    await ann.types("/group bob eve", "@bob,@eve>")
    await bob.pane.shows("you are in a group now (/to @ann,@eve)")
    await bob.types("/to @ann,@eve", "@ann,@eve>")
    await ann.types("hello you two", "ann: hello you two")
    await bob.pane.shows("ann: hello you two")
    await done("ann", ["groups", "leave", "@bob,@eve"])
    await bob.pane.shows("ann left")
    await bob.types("/add ann", "bob added ann")
    await bob.types("/leave", "you left @eve,@ann")
    assert.strictEqual(await done("bob", ["groups", "list"]), "")
  })

  it("ask for the password of a room, and go on", async () => {
    await done("bob", ["rooms", "create", "vault", "--password-stdin"], { input: password })
    const { pane, types } = await open("ann")
    await types("/join vault", "Password:")
    pane.type(password)
    pane.press("Enter")
    await pane.shows("#vault>")
    assert.notInclude(pane.screen(), "passphrase")
    await types("a word", "ann: a word")
    await types("/leave", "you left #vault")
  })

  it("show what was folded", async () => {
    await done("ann", ["rooms", "create", "hall"])
    for (const person of ["bob", "eve"]) await done(person, ["rooms", "join", "hall"])
    await done("ann", ["block", "eve"])
    await done("eve", ["send", "hall", "spam one"])
    await done("eve", ["send", "hall", "spam two"])
    const { pane, types } = await open("ann")
    await types("/to hall", "-- 2 messages of people you blocked: /show 4 5")
    await done("eve", ["send", "hall", "spam three"])
    await pane.shows("-- 1 message of somebody you blocked: /show 6")
    await types("/react 4 👍", "ann reacted to message 4")
    await types("/to @bob", "@bob>")
    await done("eve", ["send", "hall", "spam four"])
    await done("bob", ["send", "hall", "hello"])
    await pane.shows("-- #hall  bob: hello")
    assert.notInclude(pane.screen(), "spam")
    await types("/to hall")
    await types("/show 4 5", "eve: spam one", "eve: spam two")
    await types("/show 99", "there is no such message")
    await done("ann", ["unblock", "eve"])
  })

  it("say how they are written, and which was meant", async () => {
    const { pane, types } = await open("ann")
    await types("/raect 3 x", "there is no command /raect: did you mean /react?")
    await types("/react 3", "with whom?")
    await types("/to @bob", "@bob>")
    await types("/react 3", "write /react N EMOJI")
    await types("/react 3 good", '"good" is not one emoji')
    await types("/kick bob", "this is not a room")
    await types("/role", "write /role USER ROLE")
    // the program's own help is about a shell
    assert.notInclude(pane.screen(), "USAGE")
    await types("/help un", "take one of yours back", "lift a ban")
    assert.strictEqual(await done("bob", ["history", "@ann"]), "")
  })
})
