/** The books of a soak find what must not be. */
import { describe, expect, it } from 'vitest'
import { Books } from '../../soak/books.ts'
import { labelOf, messageOf } from '../../soak/message.ts'
import { Ledger } from '../../soak/sink.ts'
import { type Delivery, SmtpError } from '../../src/index.ts'

const endings = { truncate: 0, close: 0, reset: 0, stall: 0 }

function contradictions(delivery: Delivery | undefined, taken: number, broken = 0): readonly string[] {
  const books = new Books(1)
  if (delivery === 'accepted') books.note(0, delivery)
  else if (delivery !== undefined) books.note(0, new SmtpError('timeout', 'late', { phase: 'mail', delivery }))
  const far = { taken: Buffer.from([taken]).toString('base64'), broken, connections: 1, endings }
  return books.compare(far).contradictions
}

describe('what was told against what was taken', () => {
  it.each<[Delivery, number]>([
    ['accepted', 1],
    ['rejected', 0],
    ['not-sent', 0],
    ['unknown', 0],
    ['unknown', 1],
  ])('%s, taken %i times, agrees', (delivery, taken) => {
    expect(contradictions(delivery, taken)).toEqual([])
  })

  it.each<[Delivery | undefined, number]>([
    ['accepted', 0],
    ['accepted', 2],
    ['rejected', 1],
    ['not-sent', 1],
    ['unknown', 2],
    [undefined, 0],
  ])('%s, taken %i times, does not', (delivery, taken) => {
    expect(contradictions(delivery, taken)).toHaveLength(1)
  })

  it('a message that is not whole is found', () => {
    expect(contradictions('rejected', 0, 1)).toHaveLength(1)
  })

  it('a second verdict is found', () => {
    const books = new Books(1)
    books.note(0, 'accepted')
    books.note(0, 'accepted')
    const { contradictions: found } = books.compare({ taken: 'AQ==', broken: 0, connections: 1, endings })
    expect(found).toHaveLength(1)
  })
})

describe('a message', () => {
  it('is known by its label, and by its end to be whole', () => {
    for (let id = 0; id < 2_000; id++) {
      const { text } = messageOf(1, id)
      expect(labelOf(text)).toEqual({ id, intact: true })
      expect(labelOf(text.slice(0, -1))?.intact).toBe(false)
      expect(labelOf(text.replace('fox', ''))?.intact).toBe(false)
    }
  })

  it('is counted in the ledger when it is whole', () => {
    const ledger = new Ledger(4)
    const { text } = messageOf(1, 3)
    ledger.take(text)
    ledger.take(text.slice(0, -2))
    ledger.take('what?')
    expect([[...ledger.taken], ledger.broken]).toEqual([[0, 0, 0, 1], 2])
  })
})
