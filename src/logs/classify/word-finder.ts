/**
 * Finds which of many texts occur in another one, in a single pass over it (Aho and Corasick, 1975). Upper and lower
 * case are the same, with accents or without, and every run of blanks counts as one.
 */
import { bare, blanks } from './phrase.ts'

/**
 * Writes into `found`, from its beginning, where in the list of texts each one is that occurs, and says how many it
 * wrote. A text that occurs twice is told twice.
 */
export type FindWords = (text: string, found: number[]) => number

/**
 * Builds a finder; the texts are in lower case, with single blanks. What is not in Latin letters has a table of its own,
 * which is asked for texts that go beyond ASCII: few do, and the other one stays small enough for the caches of a
 * processor. Either is made when it is first asked: of all providers a program meets few.
 */
export function wordFinder(words: readonly string[]): FindWords {
  const entries = words.map((word, index) => ({ word, index }))
  const latin = onceAsked(entries.filter(({ word }) => isLatin(word)))
  const beyond = onceAsked(entries.filter(({ word }) => !isLatin(word)))
  return (text, found) => {
    const count = latin().search(text, found, 0)
    return latin().wentBeyondAscii() ? beyond().search(text, found, count) : count
  }
}

function onceAsked(entries: readonly Entry[]): () => Automaton {
  // So many that there may be too many of them: whoever wrote them is to know at once.
  const isLarge = entries.reduce((sum, { word }) => sum + word.length, 0) >= most
  let made = isLarge ? automaton(entries) : undefined
  return () => {
    made ??= automaton(entries)
    return made
  }
}

/** States that an automaton can have. */
const most = 0x10000

function isLatin(word: string): boolean {
  for (const letter of word) if (letter > '\x7f' && bare(letter) > '\x7f') return false
  return true
}

interface Entry {
  readonly word: string
  readonly index: number
}

const blank = 1

const isBlank = new RegExp(`[${blanks}]`)
const blankCodes = [...new Array(0x3001).keys(), 0xfeff].filter((code) => isBlank.test(String.fromCharCode(code)))

interface Automaton {
  /** Writes into `found` from `count` on; answers with what `count` is then. */
  search(text: string, found: number[], count: number): number
  /** Whether the latest text had a character that is none of ASCII. */
  wentBeyondAscii(): boolean
}

function automaton(entries: readonly Entry[]): Automaton {
  const { letters, size } = alphabetOf(entries.map(({ word }) => word))
  const { moves, endings, isEnding } = tables(spelled(entries, letters), size)
  let seen = 0
  const search = (text: string, found: number[], count: number): number => {
    let state = 0
    let codes = 0
    let written = count
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      codes |= code
      state = moves[state * size + (letters[code] ?? 0)] ?? 0
      if (isEnding[state] === 1) for (const index of endings[state] ?? none) found[written++] = index
    }
    seen = codes
    return written
  }
  return { search, wentBeyondAscii: () => seen > 0x7f }
}

const none: readonly number[] = []

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

/** A text as the numbers of its letters. */
interface Spelling {
  readonly numbers: string
  readonly index: number
}

/** Puts in order what begins alike. */
function spelled(entries: readonly Entry[], letters: Uint16Array): readonly Spelling[] {
  return entries
    .map(({ word, index }) => {
      let numbers = ''
      for (let at = 0; at < word.length; at++) numbers += String.fromCharCode(letters[word.charCodeAt(at)] ?? 0)
      return { numbers, index }
    })
    .sort((one, other) => (one.numbers < other.numbers ? -1 : one.numbers > other.numbers ? 1 : 0))
}

interface Tables {
  /** The next state for each state and letter. */
  readonly moves: Uint16Array
  /** The texts that end in each state. */
  readonly endings: readonly (readonly number[] | undefined)[]
  /** 1 for those states that a text ends in: most of the time nothing else has to be read. */
  readonly isEnding: Uint8Array
}

/**
 * Numbers the beginnings of the texts level by level, so that those which are met all the time stand together, and leads
 * each on to the longest other one that has begun meanwhile.
 */
function tables(spellings: readonly Spelling[], size: number): Tables {
  const count = countOf(spellings)
  const moves = new Uint16Array(count * size)
  const endings: (readonly number[] | undefined)[] = []
  // For each state those texts that begin so, how much of them that is, and where to go on when none of them does.
  const from = new Uint32Array(count)
  const to = new Uint32Array(count)
  const depths = new Uint32Array(count)
  const fallbacks = new Uint16Array(count)
  to[0] = spellings.length
  const letterOf = (place: number, at: number): number => spellings[place]?.numbers.charCodeAt(at) ?? 0
  let states = 1
  for (let state = 0; state < states; state++) {
    const row = state * size
    const fallback = fallbacks[state] ?? 0
    const back = fallback * size
    const depth = depths[state] ?? 0
    const end = to[state] ?? 0
    let place = from[state] ?? 0
    moves.copyWithin(row, back, back + size)
    if (depth > 0 && letterOf(place, depth - 1) === blank) moves[row + blank] = state
    endings[state] = state === 0 ? undefined : endings[fallback]
    for (; place < end && spellings[place]?.numbers.length === depth; place++)
      endings[state] = [spellings[place]?.index ?? 0, ...(endings[state] ?? none)]
    while (place < end) {
      const letter = letterOf(place, depth)
      from[states] = place
      while (place < end && letterOf(place, depth) === letter) place++
      to[states] = place
      depths[states] = depth + 1
      fallbacks[states] = state === 0 ? 0 : (moves[back + letter] ?? 0)
      moves[row + letter] = states++
    }
  }
  return { moves, endings, isEnding: new Uint8Array(endings.map((ending) => (ending === undefined ? 0 : 1))) }
}

/** Counts how many beginnings there are: each text adds what it does not share with the one before. */
function countOf(spellings: readonly Spelling[]): number {
  let count = 1
  let before = ''
  for (const { numbers } of spellings) {
    let shared = 0
    while (shared < numbers.length && numbers.charCodeAt(shared) === before.charCodeAt(shared)) shared++
    count += numbers.length - shared
    before = numbers
  }
  if (count > most) throw new RangeError('too many rules: their words are too long together')
  return count
}
