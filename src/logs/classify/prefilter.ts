import { wordFinder } from './word-finder.ts'

/** What has to be there: of each list one text at least. */
export type Needs = readonly (readonly string[])[]

/** Those of many needs that a text meets, in order. */
export interface Candidates {
  /** Begins with another text. */
  search(text: string): void
  /** Says the place of the next one; -1 when there are no more. */
  next(): number
}

/**
 * Makes a search for those of many needs that a text meets. Each waits for the list whose texts the fewest others have,
 * and the rest is looked at once that has been met and its turn has come: whoever takes the first pays for no others.
 */
export function prefilter(all: readonly Needs[]): Candidates {
  const { words, waiting, others, always } = indexOf(all)
  const find = wordFinder(words)
  const found: number[] = []
  const wordsMet = new Int32Array((words.length >>> 5) + 1)
  const placesMet = new Int32Array(always.length)
  // Where the places are read: the block, and those of its bits that are left.
  let block = 0
  let bits = 0

  const search = (text: string): void => {
    wordsMet.fill(0)
    placesMet.set(always)
    for (let left = find(text, found) - 1; left >= 0; left--) {
      const word = found[left] ?? 0
      wordsMet[word >>> 5] = (wordsMet[word >>> 5] ?? 0) | (1 << word)
      for (let at = waiting.from[word] ?? 0, end = waiting.from[word + 1] ?? 0; at < end; at++) {
        const place = waiting.items[at] ?? 0
        placesMet[place >>> 5] = (placesMet[place >>> 5] ?? 0) | (1 << place)
      }
    }
    block = 0
    bits = placesMet[0] ?? 0
  }

  const next = (): number => {
    for (;;) {
      while (bits === 0) {
        if (++block >= placesMet.length) return -1
        bits = placesMet[block] ?? 0
      }
      const place = (block << 5) + 31 - Math.clz32(bits & -bits)
      bits &= bits - 1
      if (isRestMet(place)) return place
    }
  }

  const isRestMet = (place: number): boolean => {
    const { from, items } = others
    for (let at = from[place] ?? 0, end = from[place + 1] ?? 0; at < end; ) {
      const nextGroup = at + 1 + (items[at] ?? 0)
      let isMet = false
      for (at++; at < nextGroup && !isMet; at += 2)
        isMet = ((wordsMet[items[at] ?? 0] ?? 0) & (items[at + 1] ?? 0)) !== 0
      if (!isMet) return false
      at = nextGroup
    }
    return true
  }

  return { search, next }
}

/** Lists one behind the other: that of `n` begins at `from[n]` and ends before `from[n + 1]`. */
interface Lists {
  readonly from: Uint32Array
  readonly items: Int32Array
}

interface Index {
  readonly words: readonly string[]
  /** For each word those needs that wait for it. */
  readonly waiting: Lists
  /** For each of the needs what else has to be there: groups of words, as blocks of bits with their number in front. */
  readonly others: Lists
  /** The bits of those needs that nothing has to be there for. */
  readonly always: Int32Array
}

function indexOf(all: readonly Needs[]): Index {
  const numbers = new Map<string, number>()
  const uses: number[] = []
  const numberOf = (word: string): number => {
    const number = numbers.get(word) ?? numbers.size
    if (number === numbers.size) numbers.set(word, number)
    uses[number] = (uses[number] ?? 0) + 1
    return number
  }
  const groups = all.map((needs) => needs.map((group) => group.map(numberOf)))
  const waiting: number[][] = uses.map(() => [])
  const always = new Int32Array((all.length >>> 5) + 1)
  const others = groups.map((needs, place) => {
    const costs = needs.map((group) => group.reduce((sum, word) => sum + (uses[word] ?? 0), 0))
    const first = costs.indexOf(Math.min(...costs))
    if (first < 0) always[place >>> 5] = (always[place >>> 5] ?? 0) | (1 << place)
    for (const word of needs[first] ?? []) waiting[word]?.push(place)
    return needs.flatMap((group, at) => (at === first ? [] : blocksOf(group)))
  })
  return { words: [...numbers.keys()], waiting: packed(waiting), others: packed(others), always }
}

/** Writes a group as pairs of a block and its bits, with their length in front. */
function blocksOf(group: readonly number[]): number[] {
  const blocks = [0]
  for (const word of group) {
    let at = 1
    while (at < blocks.length && blocks[at] !== word >>> 5) at += 2
    blocks[at] = word >>> 5
    blocks[at + 1] = (blocks[at + 1] ?? 0) | (1 << word)
  }
  blocks[0] = blocks.length - 1
  return blocks
}

function packed(lists: readonly (readonly number[])[]): Lists {
  const from = new Uint32Array(lists.length + 1)
  let end = 0
  for (const [index, list] of lists.entries()) from[index + 1] = end += list.length
  return { from, items: new Int32Array(lists.flat()) }
}
