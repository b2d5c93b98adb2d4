/**
 * Keeps the rooms of `src` apart: imports go one way, each room sees only the packages it needs, and no two files
 * wait for each other. `npm run check` fails otherwise. A new room is a new row of the table.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** What the files below `folder` may import, beside each other. */
interface Room {
  readonly folder: string
  /** Files and folders of `src` that it sees. */
  readonly sees: readonly string[]
  /** Packages that it sees; `node:` stands for all that Node brings along. */
  readonly packages: readonly string[]
}

const core = ['src/grammar/', 'src/protocol/', 'src/stream/', 'src/client/']

// The first row that fits a file counts.
const rooms: readonly Room[] = [
  { folder: 'src/grammar/', sees: [], packages: [] },
  { folder: 'src/protocol/', sees: core.slice(0, 1), packages: [] },
  { folder: 'src/stream/', sees: core.slice(0, 2), packages: ['rxjs'] },
  { folder: 'src/client/', sees: core.slice(0, 3), packages: ['rxjs'] },
  {
    // Apart from the rest of the logs, because it brings a package along.
    folder: 'src/logs/summary/',
    sees: ['src/protocol/', 'src/logs/'],
    packages: ['rxjs', '@datadog/sketches-js'],
  },
  {
    // The same: messages are taken apart by a package.
    folder: 'src/logs/bounce/',
    sees: ['src/grammar/', 'src/protocol/', 'src/logs/'],
    packages: ['postal-mime'],
  },
  { folder: 'src/logs/', sees: core.slice(0, 2), packages: ['rxjs'] },
  { folder: 'src/testing/', sees: [...core.slice(0, 3), 'src/adapters/memory/'], packages: ['rxjs'] },
  { folder: 'src/adapters/memory/', sees: ['src/stream/socket.ts'], packages: ['rxjs'] },
  {
    // What reads logs sees nothing of what understands them.
    folder: 'src/adapters/node/logs/',
    sees: [],
    packages: ['rxjs', 'node:', 'fzstd', 'xz-decompress'],
  },
  {
    // An adapter sees the port, the errors, and what the runtime has to bring: HMAC-MD5, SASLprep, channel binding.
    folder: 'src/adapters/node/',
    sees: [
      'src/stream/socket.ts',
      'src/protocol/errors.ts',
      'src/protocol/pin.ts',
      'src/protocol/printable.ts',
      'src/protocol/sasl/auth.ts',
      'src/protocol/sasl/cram-md5.ts',
      'src/protocol/sasl/saslprep.ts',
      'src/protocol/secret.ts',
    ],
    packages: ['rxjs', 'node:', '@mongodb-js/saslprep'],
  },
  {
    folder: 'src/cli/',
    sees: ['src/protocol/', 'src/logs/', 'src/adapters/node/logs/'],
    packages: ['rxjs', 'node:', 'cli-progress', 'cli-table3', 'csv-stringify', 'hyparquet-writer'],
  },
  // The entries bind everything together.
  { folder: 'src/index.ts', sees: ['src/'], packages: ['rxjs'] },
  { folder: 'src/node.ts', sees: ['src/'], packages: ['rxjs'] },
]

/** One import of a file. */
interface Import {
  /** A path from the root of the project, or the name of a package. */
  readonly target: string
  /** Whether it is gone at run time. */
  readonly typeOnly: boolean
}

/** Finds every import that the rooms do not allow, given the text of each file by its path from the root. */
export function checkLayers(files: ReadonlyMap<string, string>): string[] {
  const imports = new Map([...files].map(([file, text]) => [file, importsOf(file, text)]))
  const forbidden = [...imports].flatMap(([file, found]) => forbiddenIn(file, found))
  return [...forbidden, ...cyclesIn(imports)]
}

function forbiddenIn(file: string, imports: readonly Import[]): string[] {
  const room = rooms.find(({ folder }) => file.startsWith(folder))
  if (room === undefined) return [`${file} is in no room`]
  return imports
    .filter(({ target }) => !maySee(room, target))
    .map(({ target }) => `${file} must not import ${target}: ${room.folder} does not see it`)
}

function maySee(room: Room, target: string): boolean {
  if (target.startsWith('src/')) return [room.folder, ...room.sees].some((seen) => target.startsWith(seen))
  return room.packages.some((name) => target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`))
}

/** Finds files that need each other at run time; types may, they are gone by then. */
function cyclesIn(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const cycles: string[] = []
  const finished = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push(`a cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`)
    if (path.includes(file) || finished.has(file)) return
    for (const { target, typeOnly } of imports.get(file) ?? []) if (!typeOnly) visit(target, [...path, file])
    finished.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return cycles
}

// A block comment that begins a line may show imports in an example.
const comment = /^[ \t]*\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm
const statement = /^[ \t]*(?:import|export)\s+(type\s)?((?:[\w*{}$,\s]*?\sfrom\s+)?)['"]([^'"\n]+)['"]/gm
const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]/g

function importsOf(file: string, text: string): Import[] {
  const code = text.replace(comment, '')
  const statements = [...code.matchAll(statement)].map(([, type, names = '', specifier = '']) => ({
    target: resolve(file, specifier),
    typeOnly: type !== undefined || areTypes(names),
  }))
  const calls = [...code.matchAll(dynamic)].map(([, specifier = '']) => ({
    target: resolve(file, specifier),
    typeOnly: false,
  }))
  return [...statements, ...calls]
}

/** Tells whether braces name nothing but types; such an import runs the file and needs nothing of it. */
function areTypes(names: string): boolean {
  const [, braced] = /^\{([^}]*)\}/.exec(names) ?? []
  const each = braced
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return each !== undefined && each.length > 0 && each.every((name) => name.startsWith('type '))
}

function resolve(file: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
}

function main(): void {
  const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join('src', path))
    .filter((path) => path.endsWith('.ts'))
  const problems = checkLayers(new Map(paths.map((path) => [path, readFileSync(path, 'utf8')])))
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(`layers: ${paths.length} files, each sees only what it may`)
}

if (process.argv[1] === import.meta.filename) main()
