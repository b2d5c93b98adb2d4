/**
 * A grammar becomes a TypeScript module: Peggy reads, merges, checks and prunes it, and code of our own shape is
 * written from what is left. Peggy's own generator builds closures for every parse and notes what was expected while
 * all goes well; this one does neither, and on failure parses once more to say what Peggy would have said.
 */
import peggy from 'peggy'
import { codeIn, helper, mayStop } from './code.ts'
import { Facts, type Mode, type Purpose } from './facts.ts'
import { frame } from './frame.ts'
import type { Reasons } from './reasons.ts'
import { refuse } from './refuse.ts'
import { writeRule } from './write-rule.ts'

/** A grammar file; rules of `shared` files that nothing uses are left out in silence. */
export interface GrammarFile {
  readonly source: string
  readonly text: string
  readonly shared?: boolean
}

/** Start rules and the TypeScript types of what they return. */
export type Results = Readonly<Record<string, string>>

const modes: readonly Mode[] = ['read', 'skip', 'miss']

/**
 * Compiles grammar files, which count as one grammar, to the text of a TypeScript module, which exports `match`, and
 * `parse` and `accepts` if they are asked for.
 *
 * @throws GrammarError for whatever Peggy objects to, and for what the grammars have had no need of so far.
 */
export function compileGrammar(files: readonly GrammarFile[], results: Results, purpose: Purpose = 'parse'): string {
  const grammar = readGrammar(files, Object.keys(results))
  if (purpose === 'match') refuseStops(grammar)
  const facts = new Facts(grammar, purpose)
  const starts = Object.entries(results).map(([name, type]) => {
    const isText = facts.isText(facts.rule(name).expression)
    return { name, type, isText, read: facts.call(name, isText ? 'skip' : 'read') }
  })
  const reasons: Reasons | undefined =
    purpose === 'match'
      ? undefined
      : {
          expectations: facts.expectations,
          starts: starts.map(({ name }) => ({ name, skip: facts.call(name, 'skip'), miss: facts.call(name, 'miss') })),
        }
  return frame({
    starts,
    functions: writeFunctions(facts),
    declarations: [...facts.declarations.values()],
    prelude: [grammar.topLevelInitializer ?? []].flat().map((initializer) => helper(facts, initializer)),
    origin: files.map(({ source }) => source),
    reasons,
  })
}

/** Returns what Peggy's own passes leave of the grammar; a warning or an unused rule is an error. */
export function readGrammar(files: readonly GrammarFile[], startRules: string[]): peggy.ast.Grammar {
  const own = new Set(files.filter(({ shared }) => !shared).map(({ source }) => source))
  const grammar = peggy.generate([...files], {
    allowedStartRules: startRules,
    output: 'ast',
    plugins: [{ use: (config) => config.passes.generate.splice(0) }],
    warning: (_stage, message, location) => {
      throw new peggy.GrammarError(message, location)
    },
    info: (_stage, message, location) => {
      const isOwn = typeof location?.source === 'string' && own.has(location.source)
      if (isOwn && message.startsWith('Removing unused rule')) throw new peggy.GrammarError(message, location)
    },
  })
  const [initializer] = [grammar.initializer ?? []].flat()
  if (initializer !== undefined) throw new peggy.GrammarError('No code runs per parse', initializer.location)
  return grammar
}

/** An action gives a reason of its own, which nobody would hear. */
function refuseStops({ rules }: peggy.ast.Grammar): void {
  const stop = rules.flatMap(({ expression }) => codeIn(expression)).find(mayStop)
  if (stop !== undefined) refuse('actions that say what they expect where nobody asks for reasons', stop.codeLocation)
}

/** Writes a function for each rule in each mode that something calls, in the order of the grammar. */
function writeFunctions(facts: Facts): string[] {
  const written = new Map<string, string>()
  for (let before = -1; before < written.size; ) {
    before = written.size
    for (const [name, called] of facts.calls) {
      for (const mode of called) {
        const key = `${mode}${name}`
        if (!written.has(key)) written.set(key, writeRule(facts, facts.rule(name), mode))
      }
    }
  }
  return [...facts.rules.keys()].flatMap((name) => modes.flatMap((mode) => written.get(`${mode}${name}`) ?? []))
}
