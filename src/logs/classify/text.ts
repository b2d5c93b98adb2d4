/** Characters of a text that are looked at; bounces can hold whole letters. */
const cap = 4_096

// What begins a line of a reply that a log or a report has joined: `550-5.1.1 `.
const continued = /(?:(?<!\\)\\+n|(?<=\s))[245]\d\d[- ](?:[245]\.\d{1,3}\.\d{1,3} )?/g

/** A text in the forms that rules see; every character stays where it is. */
export interface Forms {
  /** As the server wrote it. */
  readonly text: string
  /** With blanks for the codes in front of further lines. */
  readonly unbroken: string
  /** With blanks for addresses and the paths of links as well. */
  readonly words: string
}

/** Puts blanks in place of what is no words. */
export function formsOf(text: string): Forms {
  const start = text.length > cap ? text.slice(0, cap) : text
  const unbroken = /^[245]\d\d-/.test(start) || start.includes('\n') ? start.replace(continued, blank) : start
  return { text, unbroken, words: wordsOf(unbroken) }
}

function wordsOf(text: string): string {
  let words = text
  if (words.includes('nknown address error')) words = words.replace(/unknown address error/i, blank)
  if (words.includes('@')) words = withoutAddresses(words)
  if (words.includes('://'))
    words = words.replace(/(:\/\/[^\s/?#]{1,255})([/?#][^\s]*)/g, (_, host: string, path: string) => host + blank(path))
  return words
}

function withoutAddresses(text: string): string {
  let words = ''
  let done = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (at < done) continue
    let from = at
    while (from > done && isOfAddress(text.charCodeAt(from - 1))) from--
    let to = at + 1
    while (to < text.length && isOfAddress(text.charCodeAt(to))) to++
    // A full stop behind an address ends the sentence.
    while (text.charCodeAt(to - 1) === 46) to--
    if (from === at || to === at + 1) continue
    words += text.slice(done, from) + ' '.repeat(to - from)
    done = to
  }
  return words + text.slice(done)
}

/** Letters, digits and the signs that addresses use: no blanks, brackets, quotes, commas, colons. */
function isOfAddress(code: number): boolean {
  if (code > 0x60) return code < 0x7f
  if (code > 0x40) return code <= 0x5a || code === 0x5f || code === 0x5e
  return code >= 0x30 ? code <= 0x39 || code === 0x3d || code === 0x3f : addressSigns.has(code)
}

const addressSigns: ReadonlySet<number> = new Set(Array.from('!#$%&*+-./', (sign) => sign.charCodeAt(0)))

function blank(text: string): string {
  return ' '.repeat(text.length)
}
