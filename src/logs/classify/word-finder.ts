/**
 * Finds which of many texts occur in another one, in a single pass over it (Aho and Corasick, 1975). Upper and lower
 * case are the same, with accents or without, and every run of blanks counts as one.
 */
import { bare, blanks } from './phrase.ts'

/** Says where in the list of texts each one is that occurs; a text that occurs twice is told twice. */
export type FindWords = (text: string, found: (index: number) => void) => void

/**
 * Builds a finder; the texts are in lower case, with single blanks. What is not in Latin letters has a table of its own:
 * few texts need it, and the other one stays small enough for the caches of a processor.
 */
export function wordFinder(words: readonly string[]): FindWords {
  const entries = words.map((word, index) => ({ word, index }))
  const [latin, others] = [true, false].map((wanted) => entries.filter(({ word }) => isLatin(word) === wanted))
  const findLatin = automaton(latin ?? [])
  const findOthers = automaton(others ?? [])
  return (text, found) => {
    if (findLatin(text, found) > 0x7f) findOthers(text, found)
  }
}

function isLatin(word: string): boolean {
  return word.split('').every((character) => bare(character) <= '\x7f')
}

const blank = 1

const isBlank = new RegExp(`[${blanks}]`)
const blankCodes = [...new Array(0x3001).keys(), 0xfeff].filter((code) => isBlank.test(String.fromCharCode(code)))

/** Builds a search; it answers with a number that is above that of every ASCII character if it has met another one. */
function automaton(
  entries: readonly { readonly word: string; readonly index: number }[],
): (text: string, found: (index: number) => void) => number {
  const { letters, size } = alphabetOf(entries.map(({ word }) => word))
  const { moves, endings } = tables(treeOf(entries, letters, size), size)
  return (text, found) => {
    let state = 0
    let seen = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      seen |= code
      state = moves[state * size + (letters[code] ?? 0)] ?? 0
      const ending = endings[state]
      if (ending !== undefined) for (let each = 0; each < ending.length; each++) found(ending[each] ?? 0)
    }
    return seen
  }
}

/** The number of each character; 0 for those that no word has. */
function alphabetOf(words: readonly string[]): { letters: Uint16Array; size: number } {
  const letters = new Uint16Array(0x10000)
  for (const code of blankCodes) letters[code] = blank
  const characters = new Set(words.join('').replaceAll(' ', '').split(''))
  const numbers = new Map([...new Set([...characters].map(bare))].map((letter, index) => [letter, blank + 1 + index]))
  for (const character of [...characters, ...numbers.keys()]) {
    const letter = numbers.get(bare(character)) ?? 0
    letters[character.charCodeAt(0)] = letter
    // Not every letter comes back from upper case as it was: a dotless i does not.
    const upper = character.toUpperCase()
    if (upper.toLowerCase() === character) letters[upper.charCodeAt(0)] = letter
  }
  return { letters, size: blank + 1 + numbers.size }
}

/** The texts as a tree: a node for each beginning that some of them share. */
interface Tree {
  /** For each node and letter the node that comes next, or 0. */
  readonly next: Uint16Array
  /** The texts that end at each node. */
  readonly endings: readonly (readonly number[] | undefined)[]
}

function treeOf(
  entries: readonly { readonly word: string; readonly index: number }[],
  letters: Uint16Array,
  size: number,
): Tree {
  const limit = entries.reduce((sum, { word }) => sum + word.length, 1)
  const next = new Uint16Array(Math.min(limit, 0x10000) * size)
  const endings: (number[] | undefined)[] = [undefined]
  for (const { word, index } of entries) {
    let node = 0
    for (let at = 0; at < word.length; at++) {
      const way = node * size + (letters[word.charCodeAt(at)] ?? 0)
      node = next[way] || endings.push(undefined) - 1
      if (node > 0xffff) throw new RangeError('too many rules: their words are too long together')
      next[way] = node
    }
    endings[node] = [...(endings[node] ?? []), index]
  }
  return { next: next.subarray(0, endings.length * size), endings }
}

interface Tables {
  /** The next state for each state and letter. */
  readonly moves: Uint16Array
  /** The texts that end in each state. */
  readonly endings: readonly (readonly number[] | undefined)[]
}

/**
 * Numbers the nodes level by level, so that those which are met all the time stand together, and leads each on to the
 * longest other text that has begun meanwhile.
 */
function tables(tree: Tree, size: number): Tables {
  const moves = new Uint16Array(tree.next.length)
  const endings: (readonly number[] | undefined)[] = []
  const queue = [{ node: 0, last: 0, fallback: 0 }]
  for (let state = 0; state < queue.length; state++) {
    const { node, last, fallback } = queue[state] ?? { node: 0, last: 0, fallback: 0 }
    const row = state * size
    moves.copyWithin(row, fallback * size, (fallback + 1) * size)
    if (last === blank) moves[row + blank] = state
    const [own, inherited] = [tree.endings[node], state === 0 ? undefined : endings[fallback]]
    endings[state] = own === undefined ? inherited : [...own, ...(inherited ?? [])]
    for (let letter = 0; letter < size; letter++) {
      const next = tree.next[node * size + letter] ?? 0
      if (next === 0) continue
      queue.push({ node: next, last: letter, fallback: state === 0 ? 0 : (moves[fallback * size + letter] ?? 0) })
      moves[row + letter] = queue.length - 1
    }
  }
  return { moves, endings }
}
