import { wordFinder } from './word-finder.ts'

/** What has to be there: of each list one text at least. */
export type Needs = readonly (readonly string[])[]

/**
 * Makes a search for those of many needs that a text meets; it answers with their places, in order. Each waits for the
 * list whose texts the fewest others have, and looks at the rest once that has been met.
 */
export function prefilter(all: readonly Needs[]): (text: string) => readonly number[] {
  const always = all.flatMap((needs, place) => (needs.length === 0 ? [place] : []))
  const { words, waiting, others } = indexOf(all)
  const find = wordFinder(words)
  // The search in which each was last met: nothing is cleared in between.
  const wordMet = new Uint32Array(words.length)
  const placeMet = new Uint32Array(all.length)
  let search = 0
  let met: number[] = []
  const note = (word: number): void => {
    if (wordMet[word] === search) return
    wordMet[word] = search
    for (let at = waiting.from[word] ?? 0, end = waiting.from[word + 1] ?? 0; at < end; at++) {
      const place = waiting.items[at] ?? 0
      if (placeMet[place] !== search) met.push(place)
      placeMet[place] = search
    }
  }
  const isRestMet = (place: number): boolean => {
    const { from, items } = others
    for (let at = from[place] ?? 0, end = from[place + 1] ?? 0; at < end; ) {
      const next = at + 1 + (items[at] ?? 0)
      do if (++at === next) return false
      while (wordMet[items[at] ?? 0] !== search)
      at = next
    }
    return true
  }
  return (text) => {
    search++
    met = []
    find(text, note)
    const candidates = always.slice()
    for (let at = 0; at < met.length; at++) {
      const place = met[at] ?? 0
      if (isRestMet(place)) insert(candidates, place)
    }
    return candidates
  }
}

/** Keeps a short list in order; sorting it afterwards takes longer than all the rest. */
function insert(list: number[], value: number): void {
  let at = list.length
  for (; at > 0 && (list[at - 1] ?? 0) > value; at--) list[at] = list[at - 1] ?? 0
  list[at] = value
}

/** Lists one behind the other: that of `n` begins at `from[n]` and ends before `from[n + 1]`. */
interface Lists {
  readonly from: Uint32Array
  readonly items: Uint16Array
}

interface Index {
  readonly words: readonly string[]
  /** For each word those needs that wait for it. */
  readonly waiting: Lists
  /** For each of the needs what else has to be there: groups of words, with their number in front. */
  readonly others: Lists
}

function indexOf(all: readonly Needs[]): Index {
  const uses = new Map<string, number>()
  for (const word of all.flat(2)) uses.set(word, (uses.get(word) ?? 0) + 1)
  const words = [...uses.keys()]
  const numbers = new Map(words.map((word, index) => [word, index]))
  const numbersOf = (group: readonly string[]): number[] => group.map((word) => numbers.get(word) ?? 0)
  const usesOf = (group: readonly string[]): number => group.reduce((sum, word) => sum + (uses.get(word) ?? 0), 0)
  const waiting: number[][] = words.map(() => [])
  const others = all.map((needs, place) => {
    const costs = needs.map(usesOf)
    const first = costs.indexOf(Math.min(...costs))
    for (const word of numbersOf(needs[first] ?? [])) waiting[word]?.push(place)
    return needs.flatMap((group, at) => (at === first ? [] : [group.length, ...numbersOf(group)]))
  })
  return { words, waiting: packed(waiting), others: packed(others) }
}

function packed(lists: readonly (readonly number[])[]): Lists {
  const from = new Uint32Array(lists.length + 1)
  let end = 0
  for (const [index, list] of lists.entries()) from[index + 1] = end += list.length
  return { from, items: Uint16Array.from(lists.flat()) }
}
