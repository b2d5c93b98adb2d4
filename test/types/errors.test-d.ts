import { describe, expectTypeOf, it } from 'vitest'
import {
  type AnySmtpError,
  type Delivery,
  isSmtpError,
  type RejectedRecipient,
  type Reply,
  SmtpError,
  type SmtpErrorCode,
} from '../../src/index.ts'

declare const caught: unknown
declare const error: AnySmtpError

describe('isSmtpError narrows', () => {
  it('to any kind', () => {
    if (isSmtpError(caught)) {
      expectTypeOf(caught).toEqualTypeOf<AnySmtpError>()
      expectTypeOf(caught.code).toEqualTypeOf<SmtpErrorCode>()
      expectTypeOf(caught.delivery).toEqualTypeOf<Delivery>()
      expectTypeOf(caught.safeToRetry).toEqualTypeOf<boolean>()
      expectTypeOf(caught.reply).toEqualTypeOf<Reply | undefined>()
      expectTypeOf(caught.argument).toEqualTypeOf<string | undefined>()
    } else {
      expectTypeOf(caught).toEqualTypeOf<unknown>()
    }
  })

  it('to the code that is asked for', () => {
    if (isSmtpError(caught, 'refused')) expectTypeOf(caught.reply).toEqualTypeOf<Reply>()
    if (isSmtpError(caught, 'service-closing')) expectTypeOf(caught.reply).toEqualTypeOf<Reply>()
    if (isSmtpError(caught, 'unexpected-reply')) expectTypeOf(caught.reply).toEqualTypeOf<Reply>()
    if (isSmtpError(caught, 'unsolicited-reply')) expectTypeOf(caught.reply).toEqualTypeOf<Reply>()
    if (isSmtpError(caught, 'auth-failed')) expectTypeOf(caught.reply).toEqualTypeOf<Reply>()
    if (isSmtpError(caught, 'timeout')) expectTypeOf(caught.reply).toEqualTypeOf<Reply | undefined>()
    if (isSmtpError(caught, 'invalid-argument')) expectTypeOf(caught.argument).toEqualTypeOf<string>()
    if (isSmtpError(caught, 'not-offered')) expectTypeOf(caught.extension).toEqualTypeOf<string>()
    if (isSmtpError(caught, 'recipients-refused')) {
      expectTypeOf(caught.rejected).toEqualTypeOf<readonly RejectedRecipient[]>()
    }
  })

  it('to nothing that is no code', () => {
    // @ts-expect-error no such code
    isSmtpError(caught, 'ECONNREFUSED')
  })
})

describe('switch (error.code) narrows', () => {
  it('the rest of the error', () => {
    switch (error.code) {
      case 'refused':
        expectTypeOf(error).toEqualTypeOf<SmtpError<'refused'>>()
        expectTypeOf(error.reply.code).toEqualTypeOf<number>()
        break
      case 'invalid-argument':
        expectTypeOf(error.argument).toEqualTypeOf<string>()
        expectTypeOf(error.rejected).toEqualTypeOf<readonly RejectedRecipient[] | undefined>()
        break
      case 'recipients-refused':
        expectTypeOf(error.rejected[0]?.recipient).toEqualTypeOf<string | undefined>()
        expectTypeOf(error.argument).toEqualTypeOf<undefined>()
        break
      case 'not-offered':
        expectTypeOf(error.extension).toEqualTypeOf<string>()
        break
      default:
        expectTypeOf(error.argument).toEqualTypeOf<undefined>()
        expectTypeOf(error.code).not.toEqualTypeOf<SmtpErrorCode>()
    }
  })

  it('to never behind every code', () => {
    const tell = (code: Exclude<SmtpErrorCode, 'refused'>): string => code
    if (error.code !== 'refused') tell(error.code)
    // @ts-expect-error it may be refused
    tell(error.code)
  })
})

describe('SmtpError', () => {
  it('is an Error, and cannot be changed', () => {
    expectTypeOf<SmtpError>().toExtend<Error>()
    const mine = new SmtpError('timeout', 'too late', { phase: 'rcpt' })
    expectTypeOf(mine.code).toEqualTypeOf<'timeout'>()
    // @ts-expect-error read only
    mine.code = 'timeout'
    // @ts-expect-error read only
    mine.safeToRetry = true
  })

  it('has a phase', () => {
    // @ts-expect-error always
    new SmtpError('timeout', 'too late', {})
    // @ts-expect-error of this list
    new SmtpError('timeout', 'too late', { phase: 'lunch' })
  })
})
