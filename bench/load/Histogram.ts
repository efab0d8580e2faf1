/** Milliseconds to a twentieth; whatever took longer than ten seconds counts as ten seconds. */
export class Histogram {
  private readonly counts = new Uint32Array(200_001)
  private total = 0

  record(millis: number): void {
    const index = Math.min(200_000, Math.max(0, (millis * 20) | 0))
    this.counts[index] = (this.counts[index] ?? 0) + 1
    this.total += 1
  }

  /** The least time that so large a part (of 1) did not exceed; NaN if nothing was recorded. */
  quantile(part: number): number {
    let left = Math.ceil(this.total * part)
    if (left === 0) return Number.NaN
    const index = this.counts.findIndex((count) => (left -= count) <= 0)
    return (index + 1) / 20
  }
}
