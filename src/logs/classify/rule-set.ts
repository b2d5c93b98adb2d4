import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Stage } from '../record.ts'
import { compilePhrase } from './phrase.ts'
import type { Rule } from './rule.ts'
import type { Forms } from './text.ts'
import { wordFinder } from './word-finder.ts'

/** What is known about a reply. */
export interface Facts extends Forms {
  readonly code: number | undefined
  readonly status: EnhancedStatus | undefined
  readonly stage: Stage | undefined
}

/** A rule that fits, and where in the text. */
export interface Hit<C extends string> {
  readonly rule: Rule<C>
  readonly span: readonly [number, number] | undefined
}

/** Finds the first rule that fits. */
export type RuleSet<C extends string> = (facts: Facts) => Hit<C> | undefined

/** One phrase of a rule; a rule without phrases has one entry without a pattern. */
interface Entry<C extends string> {
  readonly rule: Rule<C>
  readonly pattern: RegExp | undefined
  /** See `Phrase`. */
  readonly needs: readonly (readonly string[])[]
  /** What it sees. */
  readonly sees: keyof Forms
}

/**
 * Makes rules ready: whatever their number, one pass over the words finds the few phrases that may occur, and only
 * those are tried. They see words alone, unless they are shown the text with its addresses and links.
 *
 * @throws RangeError that names the rule with a wrong phrase.
 */
export function ruleSet<C extends string>(
  rules: readonly Rule<C>[],
  { sees = 'words' }: { sees?: 'words' | 'unbroken' } = {},
): RuleSet<C> {
  const entries = rules.flatMap((rule) =>
    (rule.phrases?.length ? rule.phrases : [undefined]).map((phrase) => entryOf(rule, phrase, sees)),
  )
  const candidatesIn = prefilter(entries)
  return (facts) => {
    for (const index of candidatesIn(facts[sees])) {
      const entry = entries[index]
      const hit = entry !== undefined && fits(entry.rule, facts) ? hitOf(entry, facts) : undefined
      if (hit !== undefined) return hit
    }
    return undefined
  }
}

function entryOf<C extends string>(rule: Rule<C>, phrase: string | RegExp | undefined, sees: keyof Forms): Entry<C> {
  if (typeof phrase !== 'string') return { rule, pattern: phrase, needs: [], sees: 'text' }
  try {
    return { rule, ...compilePhrase(phrase), sees }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`rule ${rule.name}: the phrase "${phrase}" ${error.message}`)
  }
}

/** Finds the entries all of whose needs occur, in their order. */
function prefilter(entries: readonly Pick<Entry<string>, 'needs'>[]): (text: string) => readonly number[] {
  const always = entries.flatMap(({ needs }, index) => (needs.length === 0 ? [index] : []))
  const words = [...new Set(entries.flatMap(({ needs }) => needs.flat()))]
  const find = wordFinder(words)
  const { keys, others } = sorted(entries, words)
  // The search in which a word or an entry was last met: nothing is cleared in between.
  const wordMet = new Float64Array(words.length)
  const entryMet = new Float64Array(entries.length)
  let search = 0
  const met: number[] = []
  const note = (word: number): void => {
    if (wordMet[word] === search) return
    wordMet[word] = search
    met.push(word)
  }
  const occurs = (groups: readonly Int32Array[]): boolean => {
    for (const group of groups) {
      let at = 0
      while (at < group.length && wordMet[group[at] ?? 0] !== search) at++
      if (at === group.length) return false
    }
    return true
  }
  return (text) => {
    search++
    met.length = 0
    find(text, note)
    const candidates = always.slice()
    for (let at = 0; at < met.length; at++) {
      const brought = keys[met[at] ?? 0] ?? none
      for (let each = 0; each < brought.length; each++) {
        const entry = brought[each] ?? 0
        if (entryMet[entry] === search) continue
        entryMet[entry] = search
        if (occurs(others[entry] ?? [])) insert(candidates, entry)
      }
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

const none = new Int32Array(0)

interface SortedNeeds {
  /** For each word the entries that it brings up: those of whose needs it meets the one that is met least often. */
  readonly keys: readonly Int32Array[]
  /** For each entry its other needs, as places in the list of words; what is met least often comes first. */
  readonly others: readonly (readonly Int32Array[])[]
}

function sorted(entries: readonly Pick<Entry<string>, 'needs'>[], words: readonly string[]): SortedNeeds {
  const placeOf = new Map(words.map((word, index) => [word, index]))
  const uses = new Int32Array(words.length)
  const keys: number[][] = words.map(() => [])
  const all = entries.map(({ needs }) =>
    needs.map((group) => Int32Array.from(new Set(group), (word) => placeOf.get(word) ?? 0)),
  )
  for (const group of all.flat()) for (const word of group) uses[word] = (uses[word] ?? 0) + 1
  const frequency = (group: Int32Array): number => Math.max(...group.map((word) => uses[word] ?? 0))
  const others = all.map((needs, entry) => {
    const [key = none, ...rest] = needs.toSorted((a, b) => frequency(a) - frequency(b))
    for (const word of key) keys[word]?.push(entry)
    return rest
  })
  return { keys: keys.map((list) => Int32Array.from(list)), others }
}

function hitOf<C extends string>({ rule, pattern, sees }: Entry<C>, facts: Facts): Hit<C> | undefined {
  if (pattern === undefined) return { rule, span: undefined }
  const match = pattern.exec(facts[sees])
  return match === null ? undefined : { rule, span: [match.index, match.index + match[0].length] }
}

function fits<C extends string>({ code, status, stage }: Rule<C>, facts: Facts): boolean {
  return (
    (code === undefined || fitsCode(code, facts)) &&
    (status === undefined || fitsStatus(status, facts.status)) &&
    (stage === undefined || facts.stage === undefined || stage.includes(facts.stage))
  )
}

/** Without a reply code the class of the enhanced code counts. */
function fitsCode(codes: readonly number[], { code, status }: Facts): boolean {
  const digit = code === undefined ? status?.class : Math.trunc(code / 100)
  return codes.some((wanted) => wanted === code || wanted === digit)
}

function fitsStatus(wanted: readonly string[], status: EnhancedStatus | undefined): boolean {
  return status !== undefined && wanted.some((code) => code === status.code || status.code.startsWith(`${code}.`))
}
