/**
 * Finds which of many texts occur in another one, in a single pass over it (Aho and Corasick, 1975). Upper and lower
 * case are the same, with accents or without, and every run of blanks counts as one.
 */
import { bare, blanks } from './phrase.ts'

/** Says where in the list of texts each one is that occurs; a text that occurs twice is told twice. */
export type FindWords = (text: string, found: (index: number) => void) => void

/** Builds a finder; the texts are in lower case, with single blanks. */
export function wordFinder(words: readonly string[]): FindWords {
  const letters = alphabetOf(words)
  const { moves, endings } = automaton(words, letters)
  const { size } = letters
  return (text, found) => {
    let state = 0
    let before = 0
    for (let at = 0; at < text.length; at++) {
      const letter = letters.of(text.charCodeAt(at))
      if (letter === blank && before === blank) continue
      before = letter
      state = moves[state * size + letter] ?? 0
      const ending = endings[state]
      if (ending !== undefined) for (const index of ending) found(index)
    }
  }
}

const blank = 1

interface Alphabet {
  readonly size: number
  /** The number of a letter; 0 for those that no word has. */
  of(code: number): number
}

function alphabetOf(words: readonly string[]): Alphabet {
  const low = new Uint16Array(0x500)
  const high = new Map<number, number>()
  const set = (code: number, letter: number): void => {
    if (code < low.length) low[code] = letter
    else high.set(code, letter)
  }
  const isBlank = new RegExp(`[${blanks}]`)
  for (let code = 0; code < 0x3001; code++) if (isBlank.test(String.fromCharCode(code))) set(code, blank)
  const characters = new Set(words.join('').replaceAll(' ', '').split(''))
  const letters = new Map([...new Set([...characters].map(bare))].map((letter, index) => [letter, blank + 1 + index]))
  for (const character of [...characters, ...letters.keys()]) {
    const letter = letters.get(bare(character)) ?? 0
    set(character.charCodeAt(0), letter)
    // Not every letter comes back from upper case as it was: a dotless i does not.
    const upper = character.toUpperCase()
    if (upper.toLowerCase() === character) set(upper.charCodeAt(0), letter)
  }
  return {
    size: blank + 1 + letters.size,
    of: (code) => (code < low.length ? (low[code] ?? 0) : (high.get(code) ?? 0)),
  }
}

interface Automaton {
  /** The next state for each state and letter. */
  readonly moves: Uint16Array
  /** The words that end in each state. */
  readonly endings: readonly (readonly number[] | undefined)[]
}

function automaton(words: readonly string[], letters: Alphabet): Automaton {
  const { size } = letters
  const moves = new Uint16Array(words.reduce((sum, { length }) => sum + length, 1) * size)
  const endings: (number[] | undefined)[] = []
  let states = 1
  for (const [index, word] of words.entries()) {
    let state = 0
    for (let at = 0; at < word.length; at++) {
      const move = state * size + letters.of(word.charCodeAt(at))
      if (moves[move] === 0) moves[move] = states++
      state = moves[move] ?? 0
    }
    endings[state] = [...(endings[state] ?? []), index]
  }
  if (states > 0xffff) throw new RangeError('too many rules: their words are too long together')
  link(moves, endings, size)
  return { moves: moves.slice(0, states * size), endings }
}

/** Leads every state on to the longest other word that has begun meanwhile, level by level. */
function link(moves: Uint16Array, endings: (number[] | undefined)[], size: number): void {
  const fallbacks: number[] = []
  const queue: number[] = []
  for (let letter = 0; letter < size; letter++) {
    const next = moves[letter] ?? 0
    if (next !== 0) queue.push(next)
  }
  for (const state of queue) {
    const fallback = fallbacks[state] ?? 0
    const inherited = endings[fallback]
    if (inherited !== undefined) endings[state] = [...(endings[state] ?? []), ...inherited]
    for (let letter = 0; letter < size; letter++) {
      const next = moves[state * size + letter] ?? 0
      const other = moves[fallback * size + letter] ?? 0
      if (next === 0) moves[state * size + letter] = other
      else {
        fallbacks[next] = other
        queue.push(next)
      }
    }
  }
}
