/**
 * Keeps three things in step: what package.json exports, what the sources declare, and what is written about it.
 * Every subpath leads to a file, every public name has a docstring, every public function, class and constant has its
 * place in README.md or docs, and every operator is public.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** What is compared. Files are texts by their path from the root. */
export interface Published {
  readonly manifest: Manifest
  readonly sources: ReadonlyMap<string, string>
  readonly docs: ReadonlyMap<string, string>
}

/** The parts of package.json that are looked at. */
export interface Manifest {
  readonly main?: string
  readonly types?: string
  readonly exports: Readonly<Record<string, string | { readonly types?: string; readonly default?: string }>>
}

/** Where a public name is declared. */
interface Declaration {
  readonly file: string
  readonly name: string
  /** Whether it exists at run time. */
  readonly isValue: boolean
  readonly hasDocstring: boolean
}

/** Finds everything that is out of step. */
export function checkExports({ manifest, sources, docs }: Published): string[] {
  const prose = [...docs.values()].join('\n')
  const entries = Object.entries(manifest.exports).filter(([subpath]) => subpath !== './package.json')
  const problems = entries.flatMap(([subpath, target]) => checkEntry(subpath, target, sources, prose))
  return [...new Set([...checkMain(manifest), ...problems, ...checkOperators(sources)])]
}

/** Checks that each file of `src/client` named after its function, as operators are, has it published. */
function checkOperators(sources: ReadonlyMap<string, string>): string[] {
  const published = new Set(namesOf('src/index.ts', sources))
  return [...sources].flatMap(([file, text]) => {
    const [, stem] = /^src\/client\/([\w-]+)\.ts$/.exec(file) ?? []
    const name = stem?.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    const isOperator = name !== undefined && new RegExp(`^export function ${name}\\b`, 'm').test(text)
    return isOperator && !published.has(name) ? [`${file}: ${name} is not exported by src/index.ts`] : []
  })
}

/** Checks what tools without knowledge of the exports map read. */
function checkMain({ main, types, exports }: Manifest): string[] {
  const root = exports['.']
  const same = typeof root === 'object' && root.default === main && root.types === types
  return same ? [] : ['package.json: main and types are not those of exports["."]']
}

function checkEntry(
  subpath: string,
  target: Manifest['exports'][string],
  sources: ReadonlyMap<string, string>,
  prose: string,
): string[] {
  const [, stem] = (typeof target === 'object' && /^\.\/dist\/(.+)\.js$/.exec(target.default ?? '')) || []
  if (typeof target !== 'object' || stem === undefined || target.types !== `./dist/${stem}.d.ts`) {
    return [`package.json: exports["${subpath}"] is not types and default of one file in dist`]
  }
  const file = `src/${stem}.ts`
  if (!sources.has(file)) return [`package.json: exports["${subpath}"] has no ${file}`]
  const specifier = posix.join('rxsmtp', subpath)
  const unnamed = prose.includes(`'${specifier}'`) ? [] : [`docs: nothing imports from '${specifier}'`]
  return [...unnamed, ...namesOf(file, sources).flatMap((name) => checkName(name, file, sources, prose))]
}

function checkName(name: string, entry: string, sources: ReadonlyMap<string, string>, prose: string): string[] {
  const declaration = find(name, entry, sources)
  if (declaration === undefined) return [`${entry}: no declaration of ${name} is found`]
  const { file, isValue, hasDocstring } = declaration
  const isTold = !isValue || new RegExp(`\\b${name}\\b`).test(prose)
  return [
    ...(hasDocstring ? [] : [`${file}: ${declaration.name} is public and has no docstring`]),
    ...(isTold ? [] : [`docs: ${name} is nowhere mentioned`]),
  ]
}

const declared = '(?:declare |abstract |async )*(const|let|function\\*?|class|interface|type)'
const exportedDeclaration = new RegExp(`^export ${declared} ([\\w$]+)`, 'gm')
const exportedList = /^export (?:type )?\{([^}]*)\}(?: from '([^']+)')?/gm
const exportedAll = /^export \* from '([^']+)'/gm
const importedList = /^import (?:type )?\{([^}]*)\} from '([^']+)'/gm

/** Lists what a file exports, under the names that the world sees. */
export function namesOf(file: string, sources: ReadonlyMap<string, string>): string[] {
  const text = sources.get(file) ?? ''
  return [
    ...[...text.matchAll(exportedDeclaration)].map(([, , name = '']) => name),
    ...[...text.matchAll(exportedList)].flatMap(([, list = '']) => renamingsIn(list).map(([, name]) => name)),
    ...[...text.matchAll(exportedAll)].flatMap(([, from = '']) => namesOf(resolve(file, from), sources)),
  ]
}

/** Follows a name from file to file until it is declared. */
function find(name: string, file: string, sources: ReadonlyMap<string, string>): Declaration | undefined {
  const text = sources.get(file)
  if (text === undefined) return undefined
  const declaration = declarationIn(text, name, file)
  if (declaration !== undefined) return declaration
  for (const list of [exportedList, importedList]) {
    for (const [, names = '', from] of text.matchAll(list)) {
      const [inner] = renamingsIn(names).find(([, outer]) => outer === name) ?? []
      if (inner !== undefined && from !== undefined) return find(inner, resolve(file, from), sources)
      if (inner !== undefined && inner !== name) return find(inner, file, sources)
    }
  }
  for (const [, from = ''] of text.matchAll(exportedAll)) {
    const found = find(name, resolve(file, from), sources)
    if (found !== undefined) return found
  }
  return undefined
}

function declarationIn(text: string, name: string, file: string): Declaration | undefined {
  const match = new RegExp(`^(?:export )?${declared} ${name.replaceAll('$', '\\$')}(?![\\w$])`, 'm').exec(text)
  if (match === null) return undefined
  const isValue = !['interface', 'type'].includes(match[1] ?? '')
  // Of an overloaded function the first signature carries the docstring.
  return { file, name, isValue, hasDocstring: text.slice(0, match.index).trimEnd().endsWith('*/') }
}

/** Reads `a, type b, c as d`. */
function renamingsIn(list: string): [inner: string, outer: string][] {
  return list
    .replace(/\/\/.*$/gm, '')
    .split(',')
    .map((item) => item.trim().replace(/^type /, ''))
    .filter((item) => item !== '')
    .map((item) => {
      const [inner = item, outer = inner] = item.split(' as ')
      return [inner, outer]
    })
}

function resolve(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier)
}

/** Reads every file below `folder` with one of the endings. */
function readAll(folder: string, ending: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => [posix.join(folder, path), readFileSync(posix.join(folder, path), 'utf8')])
}

function main(): void {
  const problems = checkExports({
    manifest: JSON.parse(readFileSync('package.json', 'utf8')) as Manifest,
    sources: new Map(readAll('src', '.ts')),
    docs: new Map([...readAll('docs', '.md'), ['README.md', readFileSync('README.md', 'utf8')]]),
  })
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log('exports: package.json, sources and docs agree')
}

if (process.argv[1] === import.meta.filename) main()
