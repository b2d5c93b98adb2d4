/** What stands around the functions of a generated module: state, entry points and types. */

/** The parts of a module. */
export interface Module {
  readonly starts: readonly Start[]
  readonly functions: readonly string[]
  readonly declarations: readonly string[]
  readonly expectations: readonly string[]
  readonly prelude: readonly string[]
  readonly origin: readonly string[]
  /** Leads to the folder of `failure.ts`. */
  readonly home: string
}

/** A start rule with its result type and the functions that read it, that only look whether it is there, and that say what is missing. */
export interface Start {
  readonly name: string
  readonly type: string
  readonly isText: boolean
  readonly read: string
  readonly skip: string
  readonly miss: string
}

/** Puts a module together. */
export function frame(module: Module): string {
  const { starts, origin, expectations, home } = module
  const nodes = [...new Set(starts.flatMap(({ type }) => type.match(/\w+Node\b/g) ?? []))].sort()
  const stops = module.functions.some((text) => text.includes('unexpected('))
  return `// @ts-nocheck
// Made by scripts/build-grammars.ts from ${origin.join(' and ')}: change it there.
${nodes.length === 0 ? '' : `import type { ${nodes.join(', ')} } from './ast.ts'\n`}import { GrammarFailure, missed${stops ? ', stopped' : ''} } from '${home}/failure.ts'

/** Start rules and what they build. */
export interface Results {
${starts.map(({ name, type }) => `  readonly ${name}: ${type}`).join('\n')}
}

/**
 * Parses \`text\` from index \`from\` up to \`to\` as one start rule.
 *
 * @throws GrammarFailure with the position relative to \`from\`.
 */
export function parse<R extends keyof Results>(text: string, startRule: R, from: number = 0, to: number = text.length): Results[R] {
  try {
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
}

let input = ''
let start = 0
let end = 0
let at = 0
let furthest = 0
let misses = []
const expectations = [${[...expectations, 'end of input'].map((text) => JSON.stringify(text)).join(', ')}]
${module.prelude.join('\n')}
${module.declarations.join('\n')}
function run(text, startRule, from, to) {
  input = text
  start = from
  end = to
  switch (startRule) {
${starts.map(startCase).join('\n')}
    default:
      throw new TypeError(\`no start rule \${startRule}\`)
  }
}
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
}
function fail() {
  at = -1
}
${stops ? `function unexpected(from, to, description) {\n  throw stopped(input, start, from, to, description)\n}\n` : ''}
${module.functions.join('\n')}
`
}

/** Turns a failure that stops the parse into a result. */
function otherwise(result: string, stops: boolean): string {
  if (!stops) return ''
  return ` catch (failure) {
    if (failure instanceof GrammarFailure) return ${result}
    throw failure
  }`
}

function startCase({ name, read, isText }: Start): string {
  const body = isText
    ? `at = ${read}(from)\n      return at < 0 ? undefined : text.slice(from, at)`
    : `return ${read}(from)`
  return `    case '${name}':\n      ${body}`
}
