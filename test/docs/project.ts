import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Example } from './examples.ts'
import { root } from './run-node.ts'

/** A project of a user's, with rxsmtp among its packages. */
export interface Project {
  readonly folder: string
  /** What the compiler says, line by line. */
  readonly diagnostics: readonly string[]
  /** The compiled module of an example. */
  script(example: Example): string
  remove(): Promise<void>
}

/** Makes a project out of examples and compiles it, as a user would: through the exports map, against what is built. */
export async function compileProject(examples: readonly Example[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'rxsmtp-docs-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/rxsmtp'))
  for (const name of ['rxjs', '@types', 'undici-types']) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  for (const example of examples) await writeFile(join(folder, `${stem(example)}.ts`), example.module)
  const diagnostics = await compile(folder)
  return {
    folder,
    diagnostics,
    script: (example) => join(folder, 'out', `${stem(example)}.js`),
    remove: () => rm(folder, { recursive: true }),
  }
}

const tsconfig = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    noEmit: false,
    rootDir: '.',
    outDir: 'out',
    // An example may show a value without using it, and imports in a docstring are not its own.
    noUnusedLocals: false,
    verbatimModuleSyntax: false,
  },
  include: ['*.ts'],
}

/** Names the file of an example so that a diagnostic leads back to it. */
function stem({ name }: Example): string {
  return name.replace(/[^\w]+/g, '-')
}

async function compile(folder: string): Promise<readonly string[]> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder })
    return []
  } catch (error) {
    const stdout = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (stdout === '') throw error
    return stdout.trim().split('\n')
  }
}
