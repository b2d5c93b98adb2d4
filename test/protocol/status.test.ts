import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statusTable as generate } from '../../scripts/build-status.ts'
import { isSmtpError } from '../../src/protocol/errors.ts'
import {
  describeStatus,
  type EnhancedStatusCode,
  formatEnhancedStatus,
  parseEnhancedStatus,
  type RegisteredStatusCode,
} from '../../src/protocol/status.ts'
import { replyTable, statusTable } from '../../src/protocol/status-table.ts'

const enhanced = parseEnhancedStatus

describe('parseEnhancedStatus', () => {
  it.each([
    ['2.0.0', { class: 2, subject: 0, detail: 0, code: '2.0.0' }],
    ['4.7.1', { class: 4, subject: 7, detail: 1, code: '4.7.1' }],
    ['5.1.10', { class: 5, subject: 1, detail: 10, code: '5.1.10' }],
    ['5.999.999', { class: 5, subject: 999, detail: 999, code: '5.999.999' }],
  ])('%s', (text, status) => {
    expect(parseEnhancedStatus(text)).toEqual(status)
    expect(parseEnhancedStatus(text)).toSatisfy(Object.isFrozen)
  })

  it.each([
    '',
    '5',
    '5.1',
    '5.1.',
    '5.1.1.',
    '5.1.1.1',
    '5..1',
    '3.1.1',
    '1.1.1',
    '6.1.1',
    '0.1.1',
    '5.01.1',
    '5.1.01',
    '5.1.1000',
    '5.1000.1',
    ' 5.1.1',
    '5.1.1 ',
    '5.1.1\r\n',
    '5.1.1 text',
    '5-1-1',
    '5.1.x',
    '-5.1.1',
    '5.1.-1',
    '5.1.1e1',
    '５.1.1',
  ])('refuses %j', (text) => {
    expect(() => parseEnhancedStatus(text)).toThrow(
      expect.toSatisfy((error) => isSmtpError(error, 'invalid-argument') && error.argument === 'status'),
    )
  })

  it('takes back what formatEnhancedStatus writes', () => {
    const part = fc.nat({ max: 999 })
    fc.assert(
      fc.property(fc.constantFrom(2, 4, 5), part, part, (first, subject, detail) => {
        const code = formatEnhancedStatus({ class: first, subject, detail })
        expect(parseEnhancedStatus(code)).toEqual({ class: first, subject, detail, code })
      }),
    )
  })
})

describe('formatEnhancedStatus', () => {
  it.each([
    [5, 1.5, 1],
    [5, -1, 1],
    [5, 1, 1000],
    [5, 1, Number.NaN],
    [5, Number.POSITIVE_INFINITY, 1],
  ] as const)('refuses %s.%s.%s', (first, subject, detail) => {
    expect(() => formatEnhancedStatus({ class: first, subject, detail })).toThrow('status: no enhanced status code')
  })
})

describe('describeStatus', () => {
  it('explains an enhanced code', () => {
    expect(describeStatus('5.1.1')).toEqual({
      code: '5.1.1',
      known: true,
      severity: 'permanent',
      name: 'Bad destination mailbox address',
      meaning: 'There is no mailbox of this name at this domain.',
      outlook: 'This is permanent: the same will not work later.',
      advice: 'Check the part before the @ for typing errors, and take the address off your lists if it is gone.',
      reference: 'RFC 3463',
    })
  })

  it('explains a basic code', () => {
    expect(describeStatus(452)).toEqual({
      code: '452',
      known: true,
      severity: 'transient',
      name: 'Insufficient system storage, or too many recipients',
      meaning: 'The server has no room for the message, or takes no more recipients in this transaction.',
      outlook: 'This is temporary: the same may work later.',
      advice: 'Try again later; if it keeps failing, send to the remaining recipients in a further transaction.',
      reference: 'RFC 5321',
    })
  })

  it.each([
    // given        code     known  severity        name
    ['4.2.2', '4.2.2', true, 'transient', 'Mailbox full'],
    ['4.2.99', '4.2.99', false, 'transient', 'Other or undefined mailbox status'],
    ['5.9.1', '5.9.1', false, 'permanent', 'Other undefined Status'],
    ['5.7.26', '5.7.26', true, 'permanent', 'Multiple authentication checks failed'],
    ['2.1.5', '2.1.5', true, 'completion', 'Destination address valid'],
    ['550', '550', true, 'permanent', 'Mailbox unavailable'],
    [354, '354', true, 'intermediate', 'Start mail input'],
    [299, '299', false, 'completion', 'Positive completion'],
    [399, '399', false, 'intermediate', 'Positive intermediate'],
    [499, '499', false, 'transient', 'Transient negative completion'],
    [599, '599', false, 'permanent', 'Permanent negative completion'],
    [enhanced('4.4.1'), '4.4.1', true, 'transient', 'No answer from host'],
    [{ code: 550 }, '550', true, 'permanent', 'Mailbox unavailable'],
    [{ code: 550, enhanced: undefined }, '550', true, 'permanent', 'Mailbox unavailable'],
    [{ code: 550, enhanced: enhanced('5.1.1') }, '5.1.1', true, 'permanent', 'Bad destination mailbox address'],
    // An enhanced code that says nothing, and one whose class is not that of the reply.
    [{ code: 554, enhanced: enhanced('5.0.0') }, '554', true, 'permanent', 'Transaction failed'],
    [{ code: 554, enhanced: enhanced('4.4.7') }, '4.4.7', true, 'permanent', 'Delivery time expired'],
    [
      { code: 451, enhanced: enhanced('5.7.1') },
      '5.7.1',
      true,
      'transient',
      'Delivery not authorized, message refused',
    ],
  ])('%j is %s, known: %s, %s, %s', (given, code, known, severity, name) => {
    expect(describeStatus(given)).toMatchObject({ code, known, severity, name })
    expect(describeStatus(given)).toSatisfy(Object.isFrozen)
  })

  it.each([
    [211, 'The text tells the state of the server.'],
    [229, 'The server did what it was asked to do; it concerns the connection.'],
    [310, 'The server agrees so far; it concerns help or status information.'],
    [409, 'The server refuses for now; it concerns the form of a command.'],
    [559, 'The server refuses; it concerns the mail system.'],
    [540, 'The server refuses.'],
  ])('%d: %s', (code, meaning) => {
    expect(describeStatus(code).meaning).toBe(meaning)
  })

  it.each([
    ['2.0.0', 'The server did what it was asked to do.'],
    ['2.1.0', 'The address is accepted.'],
    ['2.1.1', 'The address is accepted.'],
    ['2.1.5', 'The address is accepted.'],
    ['2.6.0', 'The content is accepted.'],
    ['2.7.0', 'The security check was passed.'],
    ['2.6.4', 'The content was converted and something of it was lost.'],
    ['2.99.0', 'The server did what it was asked to do.'],
  ])('never explains the success %s as a failure', (code, meaning) => {
    expect(describeStatus(code)).toMatchObject({ meaning, outlook: 'It worked.' })
  })

  it.each([0, 199, 600, 250.5, Number.NaN, '', '25', '2500', '199', 'constructor', '5.1.1 no', '__proto__'])(
    'refuses %j',
    (given) => {
      expect(() => describeStatus(given)).toThrow(expect.toSatisfy((error) => isSmtpError(error, 'invalid-argument')))
    },
  )

  it('has an answer to every code there can be', () => {
    const sentence = /^[A-Z][^\n]*[.]$/
    for (let code = 200; code < 600; code++) {
      const { meaning, outlook, advice, severity } = describeStatus(code)
      for (const text of [meaning, outlook, advice]) expect(text).toMatch(sentence)
      expect(severity).toBe(['completion', 'intermediate', 'transient', 'permanent'][Math.trunc(code / 100) - 2])
    }
    for (const first of [2, 4, 5] as const) {
      for (let subject = 0; subject < 12; subject++) {
        for (let detail = 0; detail < 40; detail++) {
          const { code, known, meaning, outlook, advice } = describeStatus(`${first}.${subject}.${detail}`)
          for (const text of [meaning, outlook, advice]) expect(text).toMatch(sentence)
          expect(known).toBe(Object.keys(statusTable).includes(`${subject}.${detail}`))
          expect(code).toBe(`${first}.${subject}.${detail}`)
          expect(outlook).toContain({ 2: 'worked', 4: 'may work later', 5: 'will not work' }[first])
          expect(advice.startsWith('Try again later; if it keeps failing, ')).toBe(first === 4)
        }
      }
    }
  })

  it('has one type for all codes and one for those of the registry', () => {
    const registered: RegisteredStatusCode = '5.7.30'
    const any: EnhancedStatusCode = registered
    expect(describeStatus(any).name).toBe('REQUIRETLS support required')
  })
})

describe('status-table.ts', () => {
  it('is what scripts/build-status.ts makes of scripts/data', () => {
    expect(readFileSync(new URL('../../src/protocol/status-table.ts', import.meta.url), 'utf8')).toBe(generate())
  })

  it('has the 81 rows of the registry, and every basic code', () => {
    const details = Object.keys(statusTable)
    expect(details).toHaveLength(81)
    const perSubject = [0, 1, 2, 3, 4, 5, 6, 7].map((subject) =>
      details.filter((key) => key.startsWith(`${subject}.`)).map((key) => Number(key.slice(2))),
    )
    // Details have no gap: 0 up to the last one.
    expect(perSubject.map((numbers) => numbers.length - 1)).toEqual([0, 10, 4, 6, 7, 6, 10, 30])
    for (const numbers of perSubject) expect(numbers).toEqual([...numbers.keys()])
    expect(Object.keys(replyTable).join(' ')).toBe(
      '211 214 220 221 235 250 251 252 253 334 354 355 421 422 430 432 450 451 452 453 454 455 458 459 ' +
        '500 501 502 503 504 521 523 524 525 530 533 534 535 538 550 551 552 553 554 555 556',
    )
  })

  it('associates only reply codes that it explains', () => {
    for (const [detail, { replies }] of Object.entries(statusTable)) {
      for (const code of replies) expect(replyTable, detail).toHaveProperty(String(code))
    }
  })
})
