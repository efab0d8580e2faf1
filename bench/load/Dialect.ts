/** How a member of a crowd talks to one kind of server: what it says, and by what it knows an answer without parsing it. */
export interface Dialect {
  readonly path: (member: number) => string
  /** What a member says first, step by step; a step is over when a frame has its `until`. After the last, it is in its room. */
  readonly greeting: (member: number) => ReadonlyArray<{ readonly say: ReadonlyArray<string>; readonly until: string }>
  readonly post: (member: number, body: string) => string
  /** Stands once in an answer to a post, and in nothing else. */
  readonly answered: string
  /** Stands in whatever refuses something. */
  readonly refused: string
  /** What is to be said back for each piece of a stream. */
  readonly acknowledge?: { readonly piece: string; readonly say: string }
  /** A frame that asks for a sign of life, and the sign. */
  readonly alive?: { readonly ask: string; readonly say: string }
  /** What a client of this server says by itself once a second while messages of others come to it, `seq` being the last. */
  readonly delivered?: (member: number, seq: number) => string
}
