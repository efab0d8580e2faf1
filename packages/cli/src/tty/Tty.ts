/**
 * The terminal as a screen: its keys one by one, and frames on it. However the program ends, the terminal is left as it
 * was; only SIGKILL cannot be helped.
 */
import * as Effect from "effect/Effect"
import { writeSync } from "node:fs"
import { StringDecoder } from "node:string_decoder"
import type { Rgb } from "../text/colour.ts"
import type { Theme } from "../text/theme.ts"
import { KeyReader, type TtyInput } from "./keys.ts"
import { type Frame, Painter } from "./Painter.ts"

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Tty {
  /** From now on what happens goes to this listener; before there is one, to nobody. Its first news is the size. */
  readonly listen: (listener: Listener) => void
  /** Shows a frame, or the newest of several if the terminal is slow. */
  readonly draw: (frame: Frame) => void
  /** What is on the terminal may be anything: the next frame is written whole. */
  readonly forget: () => void
  /** Sends what is no part of a frame, such as a bell. */
  readonly send: (text: string) => void
  /** Runs what needs the terminal for itself, as it was before. */
  readonly aside: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Stops the program as Ctrl-Z does, until the shell lets it go on. */
  readonly suspend: () => void
}

interface Listener {
  readonly onInput: (input: TtyInput) => void
  readonly onResize: (size: Size) => void
}

export interface Options {
  /** As long as the terminal has not said what is behind the text, and then. */
  readonly theme: (behind: Rgb | undefined) => Theme
  /** Whether clicks and the wheel come as input; then the terminal's own selection needs Shift. */
  readonly mouse: boolean
}

const nobody: Listener = { onInput: () => undefined, onResize: () => undefined }

const mouseOn = "\u001B[?1000h\u001B[?1006h"
const mouseOff = "\u001B[?1006l\u001B[?1000l"

// The screen of its own, the title put aside, no wrapping at its edge, pastes and focus marked, keys told apart as far as the terminal can:
// in the way of kitty, and in that of xterm.
const enter = "\u001B[?1049h\u001B[22;2t\u001B[2J\u001B[?7l\u001B[?2004h\u001B[?1004h\u001B[>1u\u001B[>4;1m"
const leave = "\u001B[>4m\u001B[<u\u001B[?1004l\u001B[?2004l\u001B[?7h\u001B[?25h\u001B[0m\u001B[23;2t\u001B[?1049l"

/** After so many milliseconds an Esc with nothing behind it is the key. */
const escapeWait = 30

/** As long as this nothing is written into a terminal that takes nothing; then the newest frame is. */
const highWater = 65_536

export const open = Effect.fnUntraced(function* ({ theme, mouse }: Options) {
  const { stdin, stdout } = process
  let listener = nobody
  const painter = new Painter()
  let shown = theme(undefined)
  const onBehind = (colour: Rgb): void => {
    shown = theme(colour)
    painter.forget()
    listener.onResize(size())
  }
  let reader = new KeyReader(onBehind)
  let decoder = new StringDecoder("utf8")
  let isEntered = false
  let waiting: Frame | undefined
  let escaping: ReturnType<typeof setTimeout> | undefined

  const size = (): Size => ({ columns: Math.max(1, stdout.columns || 80), rows: Math.max(1, stdout.rows || 24) })

  const draw = (frame: Frame): void => {
    if (!isEntered) return
    if (stdout.writableLength > highWater) {
      waiting = frame
      return
    }
    waiting = undefined
    const text = painter.paint(frame, shown)
    if (text !== "") stdout.write(text)
  }

  const take = (inputs: ReadonlyArray<TtyInput>): void => inputs.forEach((input) => listener.onInput(input))

  const onData = (part: Buffer): void => {
    clearTimeout(escaping)
    take(reader.push(decoder.write(part)))
    if (reader.isWithin) escaping = setTimeout(() => take(reader.flush()), escapeWait)
  }
  const onResize = (): void => {
    painter.forget()
    listener.onResize(size())
  }
  const onDrain = (): void => {
    if (waiting !== undefined) draw(waiting)
  }
  const onEnd = (): never => process.exit(129)

  /** At once and to the end, because what comes next may be the end of the process. */
  const put = (text: string): void => {
    // oxlint-disable-next-line eslint/no-empty -- there is nobody to tell: the terminal is gone
    try {
      writeSync(stdout.fd, text)
    } catch {}
  }

  const restore = (): void => {
    if (!isEntered) return
    isEntered = false
    clearTimeout(escaping)
    put((mouse ? mouseOff : "") + leave)
    if (!stdin.destroyed) stdin.setRawMode(false)
  }

  const start = (): void => {
    reader = new KeyReader(onBehind)
    decoder = new StringDecoder("utf8")
    painter.forget()
    stdin.setRawMode(true)
    stdin.on("data", onData).once("end", onEnd).resume()
    stdout.on("resize", onResize).on("drain", onDrain)
    stdout.write(enter + (mouse ? mouseOn : ""))
    isEntered = true
    // it may be another one than when it was left
    listener.onResize(size())
  }

  const stop = (): void => {
    stdin.off("data", onData).off("end", onEnd).pause()
    stdout.off("resize", onResize).off("drain", onDrain)
    restore()
  }

  yield* Effect.acquireRelease(
    Effect.sync(() => {
      process.once("exit", restore)
      // before the fault is told, so that it can be read
      process.once("uncaughtExceptionMonitor", restore)
      start()
    }),
    () =>
      Effect.sync(() => {
        stop()
        process.off("exit", restore)
        process.off("uncaughtExceptionMonitor", restore)
      }),
  )

  return {
    listen: (next) => {
      listener = next
      listener.onResize(size())
    },
    draw,
    forget: painter.forget,
    send: (text) => {
      if (isEntered) stdout.write(text)
    },
    aside: (effect) =>
      Effect.acquireUseRelease(
        Effect.sync(stop),
        () => effect,
        () => Effect.sync(start),
      ),
    suspend: () => {
      stop()
      // to all of the job, as the terminal does it: `npm run` waits for the program it started
      process.kill(0, "SIGTSTP")
      // stopped here, until it goes on
      setImmediate(start)
    },
  } satisfies Tty
})
