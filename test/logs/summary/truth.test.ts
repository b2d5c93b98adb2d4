/** A summary of a made-up log says what was written there, read whole or in parts. */
import { describe, expect, test } from 'vitest'
import { generateLog, type LogShape, type Truth } from '../../../bench/logs/generate.ts'
import { logParser } from '../../../src/logs/index.ts'
import { type Overview, overview, type Ranked, Summary } from '../../../src/logs/summary/index.ts'

const shapes: readonly LogShape[] = [
  { size: 400_000, tls: true, longIds: true, times: 'rfc3339' },
  { size: 400_000, tls: false, longIds: false, times: 'rfc3164' },
]

describe.each(shapes)('tls: $tls, long ids: $longIds, $times', (shape) => {
  const { lines, truth } = written(shape)
  const middle = Math.floor(lines.length / 2)

  test.each([
    ['whole', [lines]],
    ['in two parts', [lines.slice(0, middle), lines.slice(middle)]],
  ])('%s', (_, parts) => {
    const sum = new Summary()
    for (const part of parts) {
      const parser = logParser('auto', { year: 2025 })
      const summary = new Summary({ parser })
      for (const record of parser(part)) summary.add(record)
      sum.absorb(structuredClone(summary.state()))
    }
    const view = overview(sum.state(), { top: 1_000 })
    expect(view.counts).toMatchObject({
      lines: truth.lines,
      messages: truth.messages,
      removed: truth.removed,
      refusals: truth.rejects,
    })
    expect(view.outcomes).toEqual({
      delivered: truth.status['sent'],
      deferred: truth.status['deferred'],
      failed: truth.status['bounced'],
      expired: truth.status['expired'] ?? 0,
      rejected: truth.rejects,
    })
    expect(totals(view.domains.rows)).toEqual(truth.domain)
    expect(totals(view.codes.rows)).toEqual(truth.code)
    expect(inTimeline(view)).toEqual(view.outcomes)
  })
})

function written(shape: LogShape): { lines: readonly string[]; truth: Truth } {
  const log = generateLog(shape)
  let text = ''
  for (let next = log.next(); ; next = log.next()) {
    if (next.done) return { lines: text.trimEnd().split('\n'), truth: next.value }
    text += next.value
  }
}

function totals(rows: readonly Ranked[]): Record<string, number> {
  return Object.fromEntries(
    rows.map(({ key, outcomes }) => [key || 'none', Object.values(outcomes).reduce((sum, value) => sum + value, 0)]),
  )
}

function inTimeline({ timeline, outcomes }: Overview): Record<string, number> {
  return Object.fromEntries(
    Object.keys(outcomes).map((way) => [
      way,
      timeline.points.reduce((sum, point) => sum + point[way as keyof typeof outcomes], 0),
    ]),
  )
}
