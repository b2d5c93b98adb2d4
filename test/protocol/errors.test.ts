import { describe, expect, it } from 'vitest'
import { argumentError, replyError } from '../../src/protocol/errors.ts'
import { type Delivery, isSmtpError, parseReply, SmtpError, type SmtpErrorCode } from '../../src/protocol/index.ts'

describe('safeToRetry, isTransient, isPermanent', () => {
  it.each<[SmtpErrorCode, Delivery, string | undefined, boolean, boolean]>([
    // code, delivery, reply, permanent, safe to retry
    ['refused', 'rejected', '450 later', false, true],
    ['refused', 'rejected', '550 never', true, false],
    ['refused', 'not-sent', '550 no RSET', true, false],
    ['refused', 'accepted', '450 no NOOP', false, false],
    ['service-closing', 'not-sent', '421 bye', false, true],
    ['service-closing', 'unknown', '421 bye', false, false],
    ['recipients-refused', 'rejected', '450 full', false, true],
    ['recipients-refused', 'rejected', '550 nobody', true, false],
    ['recipients-refused', 'not-sent', undefined, false, true],
    ['auth-failed', 'not-sent', '535 no', true, false],
    ['auth-failed', 'not-sent', '454 busy', false, true],
    ['unexpected-reply', 'not-sent', '251 hm', false, true],
    ['unsolicited-reply', 'unknown', '250 hm', false, false],
    ['connection-lost', 'not-sent', undefined, false, true],
    ['connection-lost', 'unknown', undefined, false, false],
    ['connection-lost', 'accepted', undefined, false, false],
    ['timeout', 'not-sent', undefined, false, true],
    ['timeout', 'unknown', undefined, false, false],
    ['aborted', 'not-sent', undefined, false, true],
    ['closed', 'not-sent', undefined, false, true],
    ['connect-failed', 'not-sent', undefined, false, true],
    ['malformed-reply', 'not-sent', undefined, false, true],
    ['reply-too-large', 'not-sent', undefined, false, true],
    ['tls-failed', 'not-sent', undefined, false, true],
    ['tls-injection', 'not-sent', undefined, false, true],
    ['body-failed', 'not-sent', undefined, false, true],
    ['invalid-argument', 'not-sent', undefined, true, false],
    ['bad-sequence', 'not-sent', undefined, true, false],
    ['not-offered', 'not-sent', undefined, true, false],
    ['message-too-large', 'not-sent', undefined, true, false],
    ['tls-required', 'not-sent', undefined, true, false],
    ['auth-unusable', 'not-sent', undefined, true, false],
  ])('%s, %s, %j: permanent %j, safe %j', (code, delivery, text, isPermanent, safeToRetry) => {
    const reply = text === undefined ? undefined : parseReply(text)
    const error = new SmtpError(code, 'x', { phase: 'command', delivery, reply })
    expect(error).toMatchObject({ isPermanent, isTransient: !isPermanent, safeToRetry })
  })
})

describe('SmtpError', () => {
  it('is an Error with what it was told, and not sent unless told otherwise', () => {
    const cause = new Error('why')
    const error = new SmtpError('timeout', 'too late', { phase: 'rcpt', command: 'RCPT TO:<a@b>', cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'SmtpError',
      message: 'too late',
      code: 'timeout',
      phase: 'rcpt',
      command: 'RCPT TO:<a@b>',
      delivery: 'not-sent',
      cause,
    })
    expect(String(error)).toBe('SmtpError: too late')
  })

  it('has a cause only where there is one', () => {
    expect('cause' in new SmtpError('timeout', 'x', { phase: 'rcpt' })).toBe(false)
  })

  it('goes into a log as plain data, without stack and cause', () => {
    const reply = parseReply('550 5.1.1 nobody')
    const rejected = [{ recipient: 'a@b.example', reply }]
    const error = new SmtpError('recipients-refused', 'x', { phase: 'rcpt', delivery: 'rejected', reply, rejected })
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'SmtpError',
      message: 'x',
      code: 'recipients-refused',
      phase: 'rcpt',
      delivery: 'rejected',
      safeToRetry: false,
      reply: JSON.parse(JSON.stringify(reply)),
      rejected: JSON.parse(JSON.stringify(rejected)),
    })
  })
})

describe('isSmtpError', () => {
  const error: unknown = argumentError('to', 'no mailbox')
  it.each<[unknown, SmtpErrorCode | undefined, boolean]>([
    [error, undefined, true],
    [error, 'invalid-argument', true],
    [error, 'timeout', false],
    [new Error('x'), undefined, false],
    [Object.assign(new Error('x'), { name: 'SmtpError', code: 'timeout' }), 'timeout', false],
    [undefined, undefined, false],
    [null, 'timeout', false],
    ['timeout', 'timeout', false],
  ])('%s as %j: %j', (value, code, expected) => {
    expect(code === undefined ? isSmtpError(value) : isSmtpError(value, code)).toBe(expected)
  })
})

describe('argumentError', () => {
  it('names the argument', () => {
    const cause = new Error('where')
    expect(argumentError('to', 'no mailbox', { phase: 'rcpt', cause })).toMatchObject({
      code: 'invalid-argument',
      message: 'to: no mailbox',
      argument: 'to',
      phase: 'rcpt',
      delivery: 'not-sent',
      cause,
    })
  })
})

describe('replyError', () => {
  it.each<[string, string | undefined, string]>([
    ['550 5.1.1 nobody', 'RCPT TO:<a@b>', 'RCPT TO:<a@b>: 550 5.1.1 nobody'],
    ['554', undefined, 'greeting: 554'],
    ['554-one\r\n554 two', undefined, 'greeting: 554 one / two'],
    ['554 \u202eevil', 'X\x1b[2J', 'X?[2J: 554 ?evil'],
  ])('%j to %j', (text, command, message) => {
    const reply = parseReply(text)
    const error = replyError('refused', reply, { phase: 'greeting', command })
    expect(error.message).toBe(message)
    // The reply itself stays as it came.
    expect(error.reply).toBe(reply)
  })

  it('shows so much of a reply and no more', () => {
    const reply = parseReply(`550-${'x'.repeat(900)}\r\n550 ${'y'.repeat(900)}`)
    expect(replyError('refused', reply, { phase: 'mail' }).message.length).toBeLessThan(1_100)
  })
})
