/** What is counted in made-up logs is what was written there, in all their shapes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { countLog } from '../../bench/logs/count.ts'
import { countStream } from '../../bench/logs/count-stream.ts'
import { generateLog, type LogShape, type Truth } from '../../bench/logs/generate.ts'

const directory = mkdtempSync(join(tmpdir(), 'bench-logs-'))
afterAll(() => rmSync(directory, { recursive: true }))

const shapes: readonly LogShape[] = [true, false].flatMap((tls) =>
  [true, false].flatMap((longIds) =>
    (['rfc3164', 'rfc3339'] as const).map((times) => ({ size: 300_000, tls, longIds, times })),
  ),
)

function written(shape: LogShape): { text: string; truth: Truth } {
  const log = generateLog(shape)
  let text = ''
  for (let next = log.next(); ; next = log.next()) {
    if (next.done) return { text, truth: next.value }
    text += next.value
  }
}

describe('counts are the truth', () => {
  it.each(shapes)('tls: $tls, long ids: $longIds, $times', async (shape) => {
    const { text, truth } = written(shape)
    const file = join(directory, 'mail.log')
    writeFileSync(file, text)
    const { octets, ...expected } = truth
    expect(octets).toBe(text.length)
    expect(text.includes(', tls=')).toBe(shape.tls)
    expect(await countLog(file)).toEqual(expected)
    expect(await countStream(file)).toEqual(expected)
  })
})

it('is the same log every time', () => {
  const shape = { size: 10_000, tls: true, longIds: true, times: 'rfc3164' } as const
  expect(written(shape)).toEqual(written(shape))
})
