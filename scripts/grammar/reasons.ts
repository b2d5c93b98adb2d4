/** What a generated module has besides, where callers ask why a text does not fit. */

/** What can be expected, as Peggy words it, and what is tried once more to find out where. */
export interface Reasons {
  readonly expectations: readonly string[]
  readonly starts: readonly ExplainedStart[]
}

/** A start rule with the functions that only look whether it is there, and that say what is missing. */
export interface ExplainedStart {
  readonly name: string
  readonly skip: string
  readonly miss: string
}

/** Writes the entry points; `stops` where an action can end the parse. */
export function explaining(stops: boolean): string {
  return `
/**
 * Parses \`text\` from index \`from\` up to \`to\` as one start rule.
 *
 * @throws GrammarFailure with the position relative to \`from\`.
 */
export function parse<R extends keyof Results>(text: string, startRule: R, from: number = 0, to: number = text.length): Results[R] {
  try {
    start = from
    const value = run(text, startRule, from, to)
    if (at !== to) throw explain(startRule)
    return value
  } finally {
    input = ''
  }
}

/** Does the same, but returns undefined where \`parse\` throws; nothing is spent on saying why. */
export function match<R extends keyof Results>(text: string, startRule: R, from: number = 0, to: number = text.length): Results[R] | undefined {
  try {
    start = from
    const value = run(text, startRule, from, to)
    return at === to ? value : undefined
  }${otherwise('undefined', stops)} finally {
    input = ''
  }
}

/** Tells whether \`parse\` would return; nothing is built. */
export function accepts(text: string, startRule: keyof Results, from: number = 0, to: number = text.length): boolean {
  try {
    return skip(text, startRule, from, to) === to
  }${otherwise('false', stops)} finally {
    input = ''
  }
}`
}

/** Turns a failure that stops the parse into a result. */
function otherwise(result: string, stops: boolean): string {
  if (!stops) return ''
  return ` catch (failure) {
    if (failure instanceof GrammarFailure) return ${result}
    throw failure
  }`
}

/** Writes what looks without building, and what says after a failure what was missing. */
export function runsAgain({ expectations, starts }: Reasons): string {
  return `let start = 0
let furthest = 0
let misses = []
const expectations = [${[...expectations, 'end of input'].map((text) => JSON.stringify(text)).join(', ')}]
function skip(text, startRule, from, to) {
  input = text
  start = from
  end = to
  switch (startRule) {
${starts.map(({ name, skip }) => `    case '${name}':\n      return ${skip}(from)`).join('\n')}
    default:
      throw new TypeError(\`no start rule \${startRule}\`)
  }
}
function explain(startRule) {
  furthest = start
  misses = []
  const behind = missing(startRule)
  if (behind >= 0) miss(behind, ${expectations.length})
  return missed(input, start, end, furthest, misses.map((index) => expectations[index]))
}
function missing(startRule) {
  switch (startRule) {
${starts.map(({ name, miss }) => `    case '${name}':\n      return ${miss}(start)`).join('\n')}
  }
}
function miss(position, expectation) {
  if (position < furthest) return
  if (position > furthest) {
    furthest = position
    misses = []
  }
  misses.push(expectation)
}`
}

/** What an action calls to end the parse. */
export const stopping = `function unexpected(from, to, description) {
  throw stopped(input, start, from, to, description)
}`
