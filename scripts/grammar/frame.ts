/** What stands around the functions of a generated module: state, entry points and types. */
import { explaining, type Reasons, runsAgain, stopping } from './reasons.ts'

/** The parts of a module. */
export interface Module {
  readonly starts: readonly Start[]
  readonly functions: readonly string[]
  readonly declarations: readonly string[]
  readonly prelude: readonly string[]
  readonly origin: readonly string[]
  /** What it takes to say why a text does not fit; undefined where nobody asks. */
  readonly reasons: Reasons | undefined
}

/** A start rule with its result type and the function that reads it. */
export interface Start {
  readonly name: string
  readonly type: string
  readonly isText: boolean
  readonly read: string
}

/** Puts a module together. */
export function frame({ starts, functions, declarations, prelude, origin, reasons }: Module): string {
  const nodes = [...new Set(starts.flatMap(({ type }) => type.match(/\w+Node\b/g) ?? []))].sort()
  const calls = (name: string): boolean => functions.some((text) => text.includes(`${name}(`))
  const stops = calls('unexpected')
  const parts = [
    '// @ts-nocheck',
    `// Made by scripts/build-grammars.ts from ${origin.join(' and ')}: change it there.`,
    nodes.length > 0 && `import type { ${nodes.join(', ')} } from './ast.ts'`,
    reasons
      ? `import { GrammarFailure, missed${stops ? ', stopped' : ''} } from './failure.ts'`
      : `import * as codes from '../codes.ts'`,
    results(starts),
    reasons ? '' : constants(calls('stands')),
    reasons ? explaining(stops) : matching,
    reasons ? state("input = ''") : state("source = textCodes('')"),
    ...prelude,
    ...declarations,
    run(starts, reasons ? 'input = text' : 'source = textCodes(text)'),
    reasons && runsAgain(reasons),
    calls('fail') && fail,
    stops && stopping,
    ...functions,
  ]
  return `${parts.filter((part) => part).join('\n')}\n`
}

function results(starts: readonly Start[]): string {
  return `
/** Start rules and what they build. */
export interface Results {
${starts.map(({ name, type }) => `  readonly ${name}: ${type}`).join('\n')}
}`
}

// The machine knows the value of a constant when it compiles what uses it; that of an import it looks up each time.
function constants(stands: boolean): string {
  return `
const { textCodes${stands ? ', literal, stands' : ''} } = codes`
}

const matching = `
/** Parses \`text\` from index \`from\` up to \`to\` as one start rule; undefined where it does not fit. */
export function match<R extends keyof Results>(text: string, startRule: R, from: number = 0, to: number = text.length): Results[R] | undefined {
  const value = run(text, startRule, from, to)
  return at === to ? value : undefined
}`

// Whether `let` has been set yet is looked at whenever it is used.
function state(input: string): string {
  return `
var ${input}
var end = 0
var at = 0`
}

function run(starts: readonly Start[], input: string): string {
  return `function run(text, startRule, from, to) {
  ${input}
  end = to
  switch (startRule) {
${starts.map(startCase).join('\n')}
    default:
      throw new TypeError(\`no start rule \${startRule}\`)
  }
}`
}

function startCase({ name, read, isText }: Start): string {
  const body = isText
    ? `at = ${read}(from)\n      return at < 0 ? undefined : text.slice(from, at)`
    : `return ${read}(from)`
  return `    case '${name}':\n      ${body}`
}

const fail = `function fail() {
  at = -1
}`
