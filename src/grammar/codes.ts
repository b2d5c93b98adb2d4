/** Char codes in an array: one is read there in a fraction of the time that it takes to ask a string for it. */
export type Codes = Uint8Array | Uint16Array

/** A text and its char codes, with a zero behind them, in an array that may be longer and that the next text overwrites. */
export interface TextCodes {
  readonly text: string
  readonly codes: Codes
  /** The same, to be read four at once; undefined where a code takes more than an octet. */
  readonly view: DataView | undefined
}

/**
 * Returns the codes of a text.
 *
 * A text whose parts are matched one after the other is read once; short ones, which come in between, do not drive it out.
 */
export function textCodes(text: string): TextCodes {
  const last = text.length > 1024 ? long : short
  last.take(text)
  return last
}

/** Returns the char codes of a text that is compared with others; none of them is over U+00FF. */
export function literal(text: string): Uint8Array {
  const codes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) codes[index] = text.charCodeAt(index)
  return codes
}

/** Tells whether a literal stands at a place, of which the first character is known to. */
export function stands(codes: Codes, at: number, literal: Uint8Array): boolean {
  for (let index = 1; index < literal.length; index++) {
    if (codes[at + index] !== literal[index]) return false
  }
  return true
}

/** Keeps the codes of the last text. */
class LastText implements TextCodes {
  codes: Codes
  view: DataView | undefined
  text = ''
  #octets = new Uint8Array(1025)
  #octetView = new DataView(this.#octets.buffer)

  constructor() {
    this.codes = this.#octets
    this.view = this.#octetView
  }

  take(text: string): void {
    if (text !== this.text) this.#read(text)
  }

  #read(text: string): void {
    const { length } = text
    if (this.#octets.length <= length) {
      this.#octets = new Uint8Array(2 * length)
      this.#octetView = new DataView(this.#octets.buffer)
    }
    const { read, written } = encoder.encodeInto(text, this.#octets)
    this.#octets[length] = 0
    // Of ASCII, and of nothing else, UTF-8 has as many octets as there are characters.
    const isAscii = read === length && written === length
    this.codes = isAscii ? this.#octets : codesBeyondAscii(text)
    this.view = isAscii ? this.#octetView : undefined
    this.text = text
  }
}

function codesBeyondAscii(text: string): Uint16Array {
  const codes = new Uint16Array(text.length + 1)
  for (let index = 0; index < text.length; index++) codes[index] = text.charCodeAt(index)
  return codes
}

const encoder = /* @__PURE__ */ new TextEncoder()
const short = /* @__PURE__ */ new LastText()
const long = /* @__PURE__ */ new LastText()
