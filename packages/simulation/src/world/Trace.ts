import { createHash } from "node:crypto"

/** What happened in a world, in order: as a hash, and as lines where somebody wants to read them. */
export class Trace {
  readonly lines: Array<string> = []
  private readonly keep: boolean
  private readonly hash = createHash("sha256")
  private notes = 0

  constructor(keep: boolean) {
    this.keep = keep
  }

  note(time: number, what: string, detail?: () => string): void {
    this.notes++
    const line = `${time.toFixed(3)} ${what}`
    this.hash.update(line)
    if (this.keep) this.lines.push(detail === undefined ? line : `${line} ${detail()}`)
  }

  /** Two runs with the same digest were the same. */
  digest(): string {
    return `${this.notes}-${this.hash.copy().digest("hex").slice(0, 16)}`
  }
}
