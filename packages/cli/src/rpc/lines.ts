/** Lines of at most `limit` bytes; `undefined` stands for one that is longer, of which nothing is kept. */
export async function* lines(
  input: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array | undefined, void> {
  let parts: Array<Uint8Array> = []
  let size = 0
  const add = (part: Uint8Array): void => {
    size += part.length
    if (size > limit) parts = []
    else parts.push(part)
  }
  const take = (): Uint8Array | undefined => {
    const line = size > limit ? undefined : Buffer.concat(parts)
    parts = []
    size = 0
    return line
  }
  for await (const chunk of input) {
    let rest = chunk
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      add(rest.subarray(0, end))
      yield take()
      rest = rest.subarray(end + 1)
    }
    add(rest)
  }
  if (size > 0) yield take()
}
