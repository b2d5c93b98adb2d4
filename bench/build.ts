import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.ts'

/** Programs as plain JavaScript, as they stood when the bench began. */
export interface Build {
  /** Returns the file of a program in this folder, named without its ending. */
  file(
    program: 'runner' | 'sink-process' | 'parsing-process' | 'streaming-process' | 'logs/count' | 'logs/count-stream',
  ): string
  /** The file of the command `rxsmtp`. */
  readonly command: string
  remove(): void
}

/**
 * Compiles library and bench. A loader such as tsx names every function at run time, which costs those most that make
 * many small ones.
 */
export function build(): Build {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, 'bench-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  try {
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n')
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', join(root, 'bench/tsconfig.json'), '--outDir', directory])
  } catch (error) {
    remove()
    throw error
  }
  return {
    file: (program) => join(directory, `bench/${program}.js`),
    command: join(directory, 'src/cli/main.js'),
    remove,
  }
}
