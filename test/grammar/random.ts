/** Random texts that are nearly right: what a parser has to be tried with. */

/** Returns numbers from 0 up to but not including `below`; the same ones for the same seed. */
export type Random = (below: number) => number

/** Starts a sequence of pseudo-random numbers (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Picks one of several. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random(items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** Changes a text in one to three places, or joins halves of two. */
export function mutated(random: Random, texts: readonly string[], alphabet: readonly string[]): string {
  let text = pick(random, texts)
  for (let changes = 1 + random(3); changes > 0; changes--) text = changed(random, text, texts, alphabet)
  return text
}

function changed(random: Random, text: string, texts: readonly string[], alphabet: readonly string[]): string {
  const at = random(text.length + 1)
  const to = Math.min(text.length, at + 1 + random(3))
  switch (random(6)) {
    case 0:
      return text.slice(0, at) + text.slice(to)
    case 1:
      return text.slice(0, at) + pick(random, alphabet) + text.slice(at)
    case 2:
      return text.slice(0, at) + pick(random, alphabet) + text.slice(at + 1)
    case 3:
      return text.slice(0, to) + text.slice(at)
    case 4: {
      const other = pick(random, texts)
      return text.slice(0, at) + other.slice(random(other.length + 1))
    }
    default:
      return text.slice(0, at)
  }
}

/** Characters and pieces on which the grammars turn. */
export const alphabet: readonly string[] = [
  ...' -.,:=<>[]@"\\/+_()\t\r\n0123456789afgzAFZ\0\x07\x1f\x7f\x80\x9f\u00e4\u0301\u200b\u2028\u212a\ufeff\uffff'.split(
    '',
  ),
  '\ud800',
  '\udc00',
  '\u{1f4e7}',
  '\u{10ffff}',
  '\r\n',
  '250',
  '250-',
  '250 ',
  '220',
  '550 5.1.1 ',
  '4.0.0',
  '2.10.',
  '5.1000.1',
  '01',
  '255',
  '256',
  '::',
  'IPv6:',
  'ipv6:',
  '1.2.3.4',
  'AUTH=',
  '<>',
  '<Postmaster>',
  '==',
  '""',
  '\\"',
  'xn--',
]
