/** Char codes in an array: one is read there in a fraction of the time that it takes to ask a string for it. */
export type Codes = Uint8Array | Uint16Array

/**
 * Returns the char codes of a text and a zero, in an array that may be longer and that the next text overwrites.
 *
 * A text whose parts are matched one after the other is read once; short ones, which come in between, do not drive it out.
 */
export function codesOf(text: string): Codes {
  return text.length > 1024 ? long.of(text) : short.of(text)
}

/** Returns the char codes of a text that is compared with others; none of them is over U+00FF. */
export function literal(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
}

/** Tells whether a literal stands at a place, of which the first character is known to. */
export function stands(codes: Codes, at: number, literal: Uint8Array): boolean {
  for (let index = 1; index < literal.length; index++) {
    if (codes[at + index] !== literal[index]) return false
  }
  return true
}

/** Keeps the codes of the last text. */
class LastText {
  #text = ''
  #codes: Codes = new Uint8Array(1)
  #octets = new Uint8Array(1025)

  of(text: string): Codes {
    if (text !== this.#text) {
      this.#codes = this.#read(text)
      this.#text = text
    }
    return this.#codes
  }

  #read(text: string): Codes {
    const { length } = text
    if (this.#octets.length <= length) this.#octets = new Uint8Array(2 * length)
    const { read, written } = encoder.encodeInto(text, this.#octets)
    // Of ASCII, and of nothing else, UTF-8 has as many octets as there are characters.
    if (read !== length || written !== length) return codesBeyondAscii(text)
    this.#octets[length] = 0
    return this.#octets
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
