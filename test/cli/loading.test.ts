import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../docs/run-node.ts'

/** Names the packages that a module of the command loads before anything is asked for. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  const statement = /^(?:import|export) (?:[^'"`();]*? from )?['"]([^'"]+)['"]/gm
  const specifiers = [...text.matchAll(statement)].map(([, name = '']) => name)
  const packages = specifiers.filter((name) => !/^\.|^node:/.test(name))
  const others = specifiers
    .filter((name) => name.startsWith('.'))
    .flatMap((name) => [...packagesOf(join(file, '..', name), seen)])
  return new Set([...packages, ...others])
}

test.each(['main.js', 'logs/command.js', 'logs/worker.js'])('%s loads no more than it counts with', (file) => {
  const allowed = file === 'main.js' ? [] : ['@datadog/sketches-js']
  expect([...packagesOf(join(root, 'dist/cli', file))]).toEqual(allowed)
})
