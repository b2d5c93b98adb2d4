import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type EmbeddedServer, startServer } from '../../examples/demo/embedded-server.ts'
import { namesOf } from '../../scripts/check-exports.ts'
import { type Example, examplesInMarkdown, examplesInSource } from './examples.ts'
import { compileProject, type Project } from './project.ts'
import { root, runNode } from './run-node.ts'

// A process each, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const sources = new Map(filesIn('src', '.ts'))
const names = {
  rxsmtp: namesOf('src/index.ts', sources),
  'rxsmtp/logs': namesOf('src/logs/index.ts', sources),
  'rxsmtp/logs/bounce': namesOf('src/logs/bounce/index.ts', sources),
  'rxsmtp/logs/node': namesOf('src/adapters/node/logs/index.ts', sources),
  'rxsmtp/logs/summary': namesOf('src/logs/summary/index.ts', sources),
  'rxsmtp/testing': namesOf('src/testing/index.ts', sources),
}
const fromMarkdown = [...filesIn('docs', '.md'), ['README.md', read('README.md')] as const].flatMap(([path, text]) =>
  examplesInMarkdown(path, text),
)
const fromSource = [...sources].flatMap(([path, text]) => examplesInSource(path, text, names))
const all: readonly Example[] = [...fromMarkdown, ...fromSource]

let project: Project
let servers: readonly EmbeddedServer[]
let env: Readonly<Record<string, string>>

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('nothing is built: npm run build')
  project = await compileProject(all)
  const anybody = {
    authOptional: true,
    onAuth: (_auth: unknown, _session: unknown, done: Accept) => done(null, { user: 'ann' }),
  }
  servers = await Promise.all([startServer(anybody), startServer({ ...anybody, secure: true })])
  const [plain, implicit] = servers.map(({ target }) => target.port)
  const authorities = join(project.folder, 'authorities.pem')
  await writeFile(authorities, servers.map(({ target }) => target.ca).join('\n'))
  env = {
    MX_EXAMPLE_PORTS: JSON.stringify({ 25: plain, 587: plain, 465: implicit }),
    NODE_EXTRA_CA_CERTS: authorities,
  }
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await project.remove()
})

test('there are examples of every kind, and claims in them', () => {
  expect(fromMarkdown.length).toBeGreaterThan(15)
  expect(fromSource.length).toBeGreaterThan(15)
  expect(all.reduce((sum, { claims }) => sum + claims, 0)).toBeGreaterThan(25)
})

test('all of them compile', () => {
  expect(project.diagnostics).toEqual([])
})

test.each(all.filter(({ runs }) => runs))('$name runs', async (example) => {
  const preload = join(root, 'test/docs/mx-example.mjs')
  const outcome = await runNode(['--import', preload, project.script(example)], { env, cwd: project.folder })
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
})

type Accept = (error: null, response: { user: string }) => void

function filesIn(folder: string, ending: string): [string, string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => [join(folder, path), read(join(folder, path))])
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
