import { describe, expect, it } from 'vitest'
import { logParser, WholeLines } from '../../src/logs/parser.ts'
import { everyCut, latin1, utf8 } from '../helpers/chunks.ts'

describe('WholeLines', () => {
  it('gives the same text whatever the segmentation, and the last line at the end', () => {
    const bytes = latin1('one\ntw\xc3\xb6\nd\xfcr\n\nrest')
    for (const chunks of everyCut(bytes)) {
      const whole = new WholeLines()
      const lines = chunks.flatMap((chunk) => whole.push(chunk)).flatMap((text) => text.replace(/\n$/, '').split('\n'))
      expect(lines).toEqual(['one', 'tw\u00f6', 'd\u00fcr', ''])
      expect(whole.end()).toBe('rest')
      expect(whole.end()).toBe('')
    }
  })

  it('keeps nothing of a chunk, which may be overwritten', () => {
    const whole = new WholeLines()
    const buffer = utf8('one\ntw')
    expect(whole.push(buffer)).toEqual(['one\n'])
    buffer.fill(120)
    expect(whole.push(utf8('o\n'))).toEqual(['two'])
  })

  it('gives texts that a parser takes', () => {
    const parse = logParser('postfix', { year: 2026 })
    const whole = new WholeLines()
    const records = parse(whole.push(utf8('Mar  4 07:05:09 mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed\nMar  4 07:05')))
    expect(records.map(({ kind, queueId }) => [kind, queueId])).toEqual([['removed', '4F2A1C0D9E']])
    expect(parse.counters.lines).toBe(1)
  })
})
