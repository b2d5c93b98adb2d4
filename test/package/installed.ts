import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../docs/run-node.ts'

const run = promisify(execFile)

/** The package as npm would publish it, installed in an empty project of a user's. */
export interface Installed {
  /** The project. */
  readonly folder: string
  /** The package in it. */
  readonly home: string
  readonly tarball: Uint8Array<ArrayBuffer>
  readonly manifest: Manifest
  /** Every file of the package, relative to its folder. */
  readonly files: readonly string[]
  remove(): Promise<void>
}

/** The parts of package.json that are looked at. */
export interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Packs what is built and installs it, without a network: what it depends on is taken from here. */
export async function install(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'rxsmtp-package-'))
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  })
  const tarball = join(folder, (JSON.parse(stdout) as [{ filename: string }])[0].filename)
  await run('tar', ['-xzf', tarball, '-C', folder])
  const home = join(folder, 'node_modules/rxsmtp')
  await mkdir(dirname(home))
  await rename(join(folder, 'package'), home)
  const manifest = manifestIn(home)
  for (const name of withDependencies(manifest)) await link(name, folder)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    folder,
    home,
    tarball: new Uint8Array(await readFile(tarball)),
    manifest,
    files: filesBelow(home),
    remove: () => rm(folder, { recursive: true }),
  }
}

/** Makes a package of this project's one of the user's. */
export async function link(name: string, folder: string): Promise<void> {
  const place = join(folder, 'node_modules', name)
  await mkdir(dirname(place), { recursive: true })
  await symlink(join(root, 'node_modules', name), place)
}

/** Names what npm would install with a package. */
function withDependencies(manifest: Manifest): ReadonlySet<string> {
  const names = new Set<string>()
  const add = ({ dependencies, optionalDependencies, peerDependencies }: Manifest): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      if (names.has(name)) continue
      names.add(name)
      add(manifestIn(join(root, 'node_modules', name)))
    }
  }
  add(manifest)
  return names
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}
