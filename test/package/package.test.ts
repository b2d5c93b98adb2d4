/** What is published, as its users find it: installed from the tarball into a project that has nothing else. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { type BuildResult, build } from 'esbuild'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root, runNode } from '../docs/run-node.ts'
import { type Installed, install, link } from './installed.ts'

let installed: Installed

beforeAll(async () => {
  installed = await install()
  for (const name of ['@types/node', 'undici-types']) await link(name, installed.folder)
}, 60_000)
afterAll(() => installed.remove())

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Installed['manifest']
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
const specifierOf = (subpath: string): string => join('rxsmtp', subpath)

describe('the tarball', { timeout: 60_000 }, () => {
  it('has what its users need, and nothing of the workshop', () => {
    const tops = new Set(installed.files.map((file) => file.split('/')[0]))
    expect([...tops].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'src'])
    expect(installed.files.filter((file) => /\.test|\.peggy|\.tsbuildinfo/.test(file))).toEqual([])
  })

  it('runs nothing when it is installed', () => {
    const { scripts = {} } = installed.manifest
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([])
  })

  it('has the sources that its maps lead to', () => {
    const known = new Set(installed.files)
    for (const file of installed.files.filter((name) => name.endsWith('.map'))) {
      const { sources } = JSON.parse(readFileSync(join(installed.home, file), 'utf8')) as { sources: string[] }
      for (const source of sources) expect(known).toContain(normalize(join(dirname(file), source)))
    }
  })

  it('imports only what npm installs with it', () => {
    const { dependencies, optionalDependencies, peerDependencies } = installed.manifest
    const allowed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    const code = installed.files.filter((file) => /^dist\/.*\.(?:d\.ts|js)$/.test(file))
    const imported = code.flatMap((file) => importsOf(readFileSync(join(installed.home, file), 'utf8')))
    const foreign = new Set(imported.filter((name) => !name.startsWith('.') && !name.startsWith('node:')))
    const packages = [...foreign].map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    expect(packages.filter((name) => !allowed.includes(name))).toEqual([])
  })

  it('passes publint', async () => {
    const { messages } = await publint({ pack: { tarball: installed.tarball.buffer }, strict: true })
    expect(messages).toEqual([])
  })

  it('passes Are the types wrong', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(installed.tarball))
    const problems = 'problems' in analysis ? analysis.problems : [analysis]
    // It is ESM alone, and subpaths need a resolution that knows of exports maps.
    const known = ['CJSResolvesToESM']
    const left = problems.filter((problem) => {
      if ('kind' in problem && known.includes(problem.kind)) return false
      return !('resolutionKind' in problem && problem.resolutionKind === 'node10')
    })
    expect(left).toEqual([])
  })
})

function importsOf(code: string): string[] {
  const text = code.replace(/^[ \t]*\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm, '')
  return [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm)].map(
    ([, from, called, alone]) => from ?? called ?? alone ?? '',
  )
}

describe('for JavaScript', { timeout: 60_000 }, () => {
  it.each(subpaths)('%s has the names of its source', async (subpath) => {
    const target = manifest.exports[subpath]
    const file = typeof target === 'object' ? target.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts') : ''
    const script = `console.log(JSON.stringify(Object.keys(await import('${specifierOf(subpath)}')).sort()))`
    const { stdout, stderr } = await runNode(['--input-type=module', '-e', script], { cwd: installed.folder })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(Object.keys(await import(join(root, file))).sort())
  })
})

// This project is compiled by one version; another is brought along by a tool.
const brought = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core'))
const compilers = [
  ['TypeScript 7', join(root, 'node_modules/typescript/bin/tsc')],
  ['TypeScript 5.9', brought.resolve('typescript/bin/tsc')],
] as const
const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
] as const

describe.each(compilers)('for %s', { timeout: 60_000 }, (_, tsc) => {
  it.each(resolutions)('$moduleResolution: every declaration is checked', async (resolution) => {
    const names = subpaths.map((subpath, index) => `import * as entry${index} from '${specifierOf(subpath)}'`)
    const used = subpaths.map((__, index) => `entry${index}`)
    const diagnostics = await compile(tsc, `${names.join('\n')}\nconsole.log(${used.join(', ')})\n${usage}`, {
      ...resolution,
      types: ['node'],
    })
    expect(diagnostics).toBe('')
  })

  it.each(resolutions)('$moduleResolution: the protocol needs no types of Node', async (resolution) => {
    const code = "import { parseReply } from 'rxsmtp/protocol'\nexport const code: number = parseReply('250 ok').code\n"
    expect(await compile(tsc, code, { ...resolution, types: [] })).toBe('')
  })
})

const usage = `
import { firstValueFrom } from 'rxjs'
import { connect, hello, isSmtpError, quit, sendMail, type SendResult, type Session } from 'rxsmtp'
import { parseReply } from 'rxsmtp/protocol'

const sent: Promise<SendResult> = sendMail({ host: 'mx.example', from: '', to: ['a@b.example'], message: 'hi' })
sent.catch((error: unknown) => {
  if (isSmtpError(error, 'recipients-refused')) console.log(error.rejected[0]?.reply.enhanced?.code)
})
const closed$ = connect({ host: 'mx.example', port: 25 }).pipe(hello(), quit())
const session: Promise<Session<'closed'>> = firstValueFrom(closed$)
// @ts-expect-error a session that is not ready
connect({ host: 'mx.example', port: 25 }).pipe(quit(), hello())
// @ts-expect-error a code is a number
const code: string = parseReply('250 ok').code
console.log(session, code)
`

/** Compiles a module of the user's, strictly; resolves with what the compiler says. */
async function compile(tsc: string, code: string, options: object): Promise<string> {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  }
  await writeFile(join(installed.folder, 'user.ts'), code)
  await writeFile(join(installed.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }))
  try {
    await promisify(execFile)(process.execPath, [tsc, '--pretty', 'false'], { cwd: installed.folder })
    return ''
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (said === '') throw error
    return said
  }
}

describe('the size of', { timeout: 60_000 }, () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(rxsmtp[\w/-]*)` \| (\d+) kB \|/gm)]
  const budgets = new Map(rows.map(([, specifier = '', size]) => [specifier, Number(size) * 1_000]))

  it.each(subpaths.map(specifierOf))('%s is within what docs/architecture.md says', async (specifier) => {
    const { outputFiles } = await bundled(specifier)
    const size = outputFiles[0]?.contents.length ?? 0
    const budget = budgets.get(specifier)
    expect(budget, 'a row in the table').toBeDefined()
    expect(size).toBeLessThanOrEqual(budget ?? 0)
    // A budget that is far from the truth guards nothing.
    expect(size).toBeGreaterThan((budget ?? 0) / 2)
  })
})

it('the parser of logs loads no package', async () => {
  const { metafile } = await bundled('rxsmtp/logs/parser')
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
})

function bundled(specifier: string): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    stdin: { contents: `export * from '${specifier}'`, resolveDir: installed.folder },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    // Of packages the user has one copy, whoever wants them.
    external: ['rxjs', ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })],
  })
}
