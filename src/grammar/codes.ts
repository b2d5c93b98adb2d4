/** Char codes in an array: one is read there in a fraction of the time that it takes to ask a string for it. */
export type Codes = Uint8Array | Uint16Array

/**
 * Returns the char codes of a text, in an array that may be longer and that the next text overwrites.
 *
 * A text whose parts are matched one after the other is read once; short ones, which come in between, do not drive it out.
 */
export function codesOf(text: string): Codes {
  return text.length > 1024 ? long.of(text) : short.of(text)
}

/** Keeps the codes of the last text. */
class LastText {
  #text = ''
  #codes: Codes = new Uint8Array(0)
  #octets = new Uint8Array(1024)

  of(text: string): Codes {
    if (text !== this.#text) {
      this.#codes = this.#read(text)
      this.#text = text
    }
    return this.#codes
  }

  #read(text: string): Codes {
    const { length } = text
    if (this.#octets.length < length) this.#octets = new Uint8Array(2 * length)
    const { read, written } = encoder.encodeInto(text, this.#octets)
    // Of ASCII, and of nothing else, UTF-8 has as many octets as there are characters.
    return read === length && written === length
      ? this.#octets
      : Uint16Array.from({ length }, (_, index) => text.charCodeAt(index))
  }
}

const encoder = /* @__PURE__ */ new TextEncoder()
const short = /* @__PURE__ */ new LastText()
const long = /* @__PURE__ */ new LastText()
