/** Reads what is in every text that a phrase fits: of each list one text, in lower case and with single blanks. */
export function needsOf(phrase: string): string[][] {
  return runsOf(phrase.toLowerCase()).flatMap((run) => run.flatMap((_, at) => needOf(run, at)))
}

/** Takes the longest word of each way, and puts those that are too short together with what stands beside them. */
function needOf(run: readonly Part[], at: number): string[][] {
  const ways = run[at] ?? []
  if (ways.length === 1 && ways[0]?.trim() === '') return []
  const own = ways.map(longest)
  const short = ways.filter((_, way) => !isEnough(own[way] ?? ''))
  if (short.length === 0) return [own]
  const joined = withNext(run, at, short) ?? withLast(run, at, short)
  return joined === undefined ? [] : [[...own.filter(isEnough), ...joined]]
}

/** One of these, written one after the other: words have one way, groups several. */
type Part = readonly string[]

// Marks for what varies, and letters that are written in two ways.
const fickle = /\.\.\.|[*\-'#äöüß]/

/** Parts a phrase where something varies: what stands in one run stands in the text without anything in between. */
function runsOf(phrase: string): Part[][] {
  const runs: Part[][] = [[]]
  for (const token of phrase.replace(/\[[^[\]]*\] ?/g, '*').match(/\([^()]*\)|[^()]+/g) ?? []) {
    const [first = '', ...others] = token.startsWith('(') ? [] : token.split(fickle)
    runs.at(-1)?.push(token.startsWith('(') ? token.slice(1, -1).split('|') : [first])
    for (const words of others) runs.push([[words]])
  }
  return runs
}

/** Puts short words together with what follows: `(ip|isp) (blocked|banned)` needs "isp", "ip blocked" or the like. */
function withNext(run: readonly Part[], at: number, short: Part): string[] | undefined {
  const [between = '', ...more] = run[at + 1] ?? []
  const next = between.trim() === '' && more.length === 0 ? run[at + 2] : undefined
  return product(short.map(tail), next?.map((words) => between + head(words)) ?? run[at + 1]?.map(head))
}

/** Puts short words together with what precedes. */
function withLast(run: readonly Part[], at: number, short: Part): string[] | undefined {
  const [between = '', ...more] = run[at - 1] ?? []
  const last = between.trim() === '' && more.length === 0 ? run[at - 2] : undefined
  return product(last?.map((words) => tail(words) + between) ?? run[at - 1]?.map(tail), short.map(head))
}

function product(firsts: readonly string[] = [], lasts: readonly string[] = []): string[] | undefined {
  if (firsts.length * lasts.length > 64) return undefined
  const all = firsts.flatMap((first) => lasts.map((last) => (first + last).trim()))
  return all.length > 0 && all.every(isEnough) ? all : undefined
}

const head = (words: string): string => (fickle.test(words) ? (words.split(fickle)[0] ?? '') : words)
const tail = (words: string): string => (fickle.test(words) ? (words.split(fickle).at(-1) ?? '') : words)

function longest(words: string): string {
  if (!fickle.test(words)) return words.trim()
  return words.split(fickle).reduce((best, each) => (each.trim().length > best.length ? each.trim() : best), '')
}

/** Two characters beyond Latin letters say as much as three letters. */
function isEnough(words: string): boolean {
  // Blanks are single.
  if (words.length > 4) return true
  const letters = words.replaceAll(' ', '')
  return letters.length >= (/[^\p{Script=Latin}\d]/u.test(letters) ? 2 : 3)
}
