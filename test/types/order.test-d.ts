/** What does not compile: operators in an order that RFC 5321 section 4.1.4 does not have. */
import type { Observable } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import {
  authenticate,
  burl,
  command,
  connect,
  data,
  etrn,
  expn,
  hello,
  help,
  mail,
  noop,
  type Phase,
  plainAuth,
  quit,
  rcpt,
  reset,
  type SendResult,
  type Session,
  send,
  startTls,
  verify,
  xclient,
  xforward,
} from '../../src/index.ts'

declare const connected$: Observable<Session<'connected'>>
declare const ready$: Observable<Session<'ready'>>
declare const mail$: Observable<Session<'mail'>>
declare const rcpt$: Observable<Session<'rcpt'>>
declare const sent$: Observable<Session<'sent'>>
declare const closed$: Observable<Session<'closed'>>

const auth = plainAuth({ username: 'ann', password: 'wonderland' })
const to = 'bob@b.example'
const envelope = { from: 'ann@a.example', to, message: 'hi' }

describe('orders that compile', () => {
  it('a message by commands', () => {
    const session$ = connect({ host: 'mx.example', port: 25 }).pipe(
      hello(),
      startTls(),
      authenticate(auth),
      mail(''),
      rcpt(to),
      rcpt([to]),
      data('hi'),
    )
    expectTypeOf(session$).toEqualTypeOf<Observable<Session<'sent'>>>()
    expectTypeOf(session$.pipe(quit())).toEqualTypeOf<Observable<Session<'closed'>>>()
  })

  it('several messages', () => {
    expectTypeOf(ready$.pipe(send(envelope), send(envelope), mail(''), rcpt(to), data('hi'), mail(''))).toEqualTypeOf<
      Observable<Session<'mail'>>
    >()
  })

  it('giving a message up', () => {
    expectTypeOf(mail$.pipe(reset())).toEqualTypeOf<Observable<Session<'ready'>>>()
    expectTypeOf(rcpt$.pipe(reset(), mail(''))).toEqualTypeOf<Observable<Session<'mail'>>>()
    expectTypeOf(sent$.pipe(reset(), startTls(), authenticate(auth))).toEqualTypeOf<Observable<Session<'ready'>>>()
  })

  it('what leaves the session where it is', () => {
    expectTypeOf(mail$.pipe(noop(), command('X'), rcpt(to), noop(), command('X'), data('hi'))).toEqualTypeOf<
      Observable<Session<'sent'>>
    >()
    expectTypeOf(connected$.pipe(command('X'), hello(), verify('ann'), noop(), mail(''))).toEqualTypeOf<
      Observable<Session<'mail'>>
    >()
    expectTypeOf(sent$.pipe(verify('ann'))).toEqualTypeOf<Observable<Session<'sent'>>>()
  })

  it('a goodbye at any time', () => {
    expectTypeOf(connected$.pipe(quit())).toEqualTypeOf<Observable<Session<'closed'>>>()
    expectTypeOf(ready$.pipe(quit())).toEqualTypeOf<Observable<Session<'closed'>>>()
    expectTypeOf(mail$.pipe(quit())).toEqualTypeOf<Observable<Session<'closed'>>>()
    expectTypeOf(rcpt$.pipe(quit())).toEqualTypeOf<Observable<Session<'closed'>>>()
    expectTypeOf(sent$.pipe(quit())).toEqualTypeOf<Observable<Session<'closed'>>>()
  })
})

describe('orders that do not compile', () => {
  it('before hello()', () => {
    // @ts-expect-error TLS before EHLO
    connected$.pipe(startTls())
    // @ts-expect-error a password before EHLO
    connected$.pipe(authenticate(auth))
    // @ts-expect-error a sender before EHLO
    connected$.pipe(mail(''))
    // @ts-expect-error a message before EHLO
    connected$.pipe(send(envelope))
    // @ts-expect-error RSET before EHLO
    connected$.pipe(reset())
    // @ts-expect-error NOOP before EHLO
    connected$.pipe(noop())
    // @ts-expect-error VRFY before EHLO
    connected$.pipe(verify('ann'))
  })

  it('before mail()', () => {
    // @ts-expect-error a recipient without a sender
    ready$.pipe(rcpt(to))
    // @ts-expect-error a message without a sender
    ready$.pipe(data('hi'))
    // @ts-expect-error a recipient behind a message
    sent$.pipe(rcpt(to))
    // @ts-expect-error a second message to the same recipients
    sent$.pipe(data('hi'))
  })

  it('before rcpt()', () => {
    // @ts-expect-error a message without a recipient
    mail$.pipe(data('hi'))
    // @ts-expect-error a message without a recipient, whatever is asked in between
    mail$.pipe(noop(), data('hi'))
    // @ts-expect-error no recipient is left behind RSET
    rcpt$.pipe(reset(), data('hi'))
  })

  it('in the middle of a message', () => {
    // @ts-expect-error a second EHLO
    mail$.pipe(hello())
    // @ts-expect-error TLS
    mail$.pipe(startTls())
    // @ts-expect-error TLS
    rcpt$.pipe(startTls())
    // @ts-expect-error a password
    mail$.pipe(authenticate(auth))
    // @ts-expect-error a password
    rcpt$.pipe(authenticate(auth))
    // @ts-expect-error a second sender
    mail$.pipe(mail(''))
    // @ts-expect-error a second sender
    rcpt$.pipe(mail(''))
    // @ts-expect-error another message
    mail$.pipe(send(envelope))
    // @ts-expect-error another message
    rcpt$.pipe(send(envelope))
    // @ts-expect-error VRFY
    mail$.pipe(verify('ann'))
  })

  it('a second hello()', () => {
    // @ts-expect-error again
    ready$.pipe(hello())
    // @ts-expect-error behind a message
    sent$.pipe(hello())
  })

  it('behind quit()', () => {
    // @ts-expect-error EHLO
    closed$.pipe(hello())
    // @ts-expect-error a sender
    closed$.pipe(mail(''))
    // @ts-expect-error a message
    closed$.pipe(send(envelope))
    // @ts-expect-error NOOP
    closed$.pipe(noop())
    // @ts-expect-error a command of one's own
    closed$.pipe(command('X'))
    // @ts-expect-error a second goodbye
    closed$.pipe(quit())
  })

  it('with a session whose phase is not known', () => {
    const session$ = closed$ as Observable<Session>
    // @ts-expect-error it may be closed
    session$.pipe(mail(''))
  })
})

describe('commands of extensions', () => {
  it('keep the phase, or end in the one that they lead to', () => {
    expectTypeOf(ready$.pipe(expn('staff'), etrn('b.example'), xforward({ NAME: 'a' }))).toEqualTypeOf(ready$)
    expectTypeOf(sent$.pipe(expn('staff'), etrn('b.example'), xforward({ NAME: 'a' }))).toEqualTypeOf(sent$)
    expectTypeOf(sent$.pipe(xclient({ NAME: 'a' }))).toEqualTypeOf(ready$)
    expectTypeOf(mail$.pipe(help('rcpt'))).toEqualTypeOf(mail$)
    expectTypeOf(rcpt$.pipe(burl('imap:a'))).toEqualTypeOf(rcpt$)
    expectTypeOf(rcpt$.pipe(burl('imap:a'), burl('imap:b', { last: true }))).toEqualTypeOf(sent$)
  })

  it('have their place', () => {
    // @ts-expect-error no recipient
    mail$.pipe(burl('imap:a', { last: true }))
    // @ts-expect-error DATA behind the last part
    rcpt$.pipe(burl('imap:a', { last: true }), data('hi'))
    // @ts-expect-error in the middle of a message
    mail$.pipe(expn('staff'))
    // @ts-expect-error in the middle of a message
    rcpt$.pipe(etrn('b.example'))
    // @ts-expect-error in the middle of a message
    mail$.pipe(xforward({ NAME: 'a' }))
    // @ts-expect-error before EHLO
    connected$.pipe(xclient({ NAME: 'a' }))
    // @ts-expect-error behind QUIT
    closed$.pipe(help())
  })
})

describe('what a session tells', () => {
  it('always has a result behind a message', () => {
    expectTypeOf<Session<'sent'>['result']>().toEqualTypeOf<SendResult>()
    for (const session$ of [sent$, rcpt$.pipe(data('hi')), ready$.pipe(send(envelope))]) {
      session$.subscribe(({ result }) => expectTypeOf(result).toEqualTypeOf<SendResult>())
    }
  })

  it('may have one elsewhere', () => {
    expectTypeOf<Session<'ready'>['result']>().toEqualTypeOf<SendResult | undefined>()
    expectTypeOf<Session<'closed'>['result']>().toEqualTypeOf<SendResult | undefined>()
  })

  it('its phase', () => {
    expectTypeOf<Session<'mail'>['phase']>().toEqualTypeOf<'mail'>()
    expectTypeOf<Session['phase']>().toEqualTypeOf<Phase>()
  })
})
