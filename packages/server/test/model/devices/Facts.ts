import type { LogId } from "@chat/domain/Ids"

/** What the server alone decides about an event, and must say to everybody alike. */
export class Facts {
  private readonly marks = new Map<string, string>()
  private readonly times = new Map<string, string>()

  /** What contradicts what was said before. */
  note(log: LogId, seq: number, mark: string, at?: string): string | undefined {
    const key = `${log}/${seq}`
    const [before, time] = [this.marks.get(key), this.times.get(key)]
    this.marks.set(key, mark)
    if (at !== undefined) this.times.set(key, at)
    if (before !== undefined && before !== mark) return `${key} has the mark ${mark}, and had ${before}`
    return at !== undefined && time !== undefined && at !== time ? `${key} was at ${at}, and at ${time}` : undefined
  }

  /** From here on the log is another one. */
  forget(log: LogId, from: number): void {
    for (const known of [this.marks, this.times]) {
      for (const key of known.keys()) {
        const [of, seq] = key.split("/")
        if (of === log && Number(seq) >= from) known.delete(key)
      }
    }
  }
}
