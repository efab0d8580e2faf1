/** The Markdown of a message, as its parts. There is no HTML in it: what looks like it is text. */
import { Lexer, type Token, Tokenizer } from "marked"

/** What is longer is shown as it was written: the time that reading takes can grow with the square of the length. */
const longestRead = 5_000

/** So is what has more of the marks that may belong together, however far they are apart. */
const mostMarks = 500

/** And lists and quotes within each other, from this many on at the beginning of a line. */
const deepest = /^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*){12}/mu

const nothing = () => undefined

/**
 * Of Markdown what people write to each other. A line of dashes under a text does not make it a heading, nor four blanks
 * code: then whom a text mentions would not be whom it seems to.
 */
class MessageTokenizer extends Tokenizer {
  override code = nothing
  override lheading = nothing
  override html = nothing
  override tag = nothing
  override def = nothing
  override reflink = nothing
  override table = nothing
}

const lexer = () => new Lexer({ gfm: true, breaks: true, tokenizer: new MessageTokenizer() })

export type { Token } from "marked"

const isTooMuch = (text: string): boolean =>
  text.length > longestRead || deepest.test(text) || (text.match(/[*_~[]/gu)?.length ?? 0) > mostMarks

export const readMarkdown = (text: string): ReadonlyArray<Token> =>
  isTooMuch(text)
    ? [{ type: "paragraph", raw: text, text, tokens: [{ type: "text", raw: text, text }] }]
    : lexer().lex(text)
