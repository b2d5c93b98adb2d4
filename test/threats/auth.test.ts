/** What servers do with a login: none of it shows them a secret that they should not have. */
import { describe } from 'vitest'
import {
  autoAuth,
  cramMd5Auth,
  deadlines,
  loginAuth,
  oauthBearerAuth,
  plainAuth,
  type SendMailOptions,
  scramAuth,
  scramWith,
} from '../../src/index.ts'
import { closes, hears, repeats, says, sends, trickles } from '../../src/testing/index.ts'
import { bye, ehlo, greets, quit } from '../helpers/steps.ts'
import { type Threat, threats, withFakeClock } from '../helpers/threats.ts'

withFakeClock()

const ann = { username: 'ann', password: 'wonderland' }
const auth = plainAuth(ann)
const plain = 'AUTH PLAIN AGFubgB3b25kZXJsYW5k\r\n'
const near = { remoteAddress: '127.0.0.1' }
const none: Partial<SendMailOptions> = { tls: 'none' }
const failed = { code: 'auth-failed', phase: 'auth', delivery: 'not-sent' } as const
const unusable = { code: 'auth-unusable', phase: 'auth', delivery: 'not-sent', safeToRetry: false } as const
const missing = { code: 'not-offered', phase: 'auth', delivery: 'not-sent', safeToRetry: false } as const

describe('on a connection that others can read', () => {
  const mechanisms = {
    PLAIN: auth,
    LOGIN: loginAuth(ann),
    OAUTHBEARER: oauthBearerAuth({ username: 'ann', accessToken: 'token' }),
    AUTO: autoAuth(ann),
  }
  threats(
    Object.fromEntries(
      Object.entries(mechanisms).map(([name, mechanism]): [string, Threat] => [
        `${name} writes nothing`,
        {
          acts: [...greets(`AUTH ${name === 'AUTO' ? 'PLAIN LOGIN CRAM-MD5' : name}`), ...bye],
          options: { ...none, auth: mechanism },
          verdict: unusable,
          wire: ehlo + quit,
        },
      ]),
    ),
  )
  threats({
    'no TLS is offered': {
      acts: [...greets('AUTH PLAIN'), ...bye],
      options: { auth },
      verdict: { code: 'tls-required', phase: 'starttls', delivery: 'not-sent', safeToRetry: false },
      wire: ehlo + quit,
    },
    'TLS is offered and refused': {
      acts: [...greets('STARTTLS', 'AUTH PLAIN'), hears('STARTTLS'), says('454 not now'), ...bye],
      options: { auth },
      verdict: { code: 'refused', phase: 'starttls', delivery: 'not-sent', safeToRetry: true },
      wire: `${ehlo}STARTTLS\r\n${quit}`,
    },
    'an address that looks like this machine': {
      acts: [...greets('AUTH PLAIN'), ...bye],
      options: { ...none, auth, host: 'localhost' },
      server: { remoteAddress: '127.0.0.1.evil.example' },
      verdict: unusable,
      wire: ehlo + quit,
    },
    'credentials for another host': {
      acts: [...greets('AUTH PLAIN'), ...bye],
      options: { ...none, auth: plainAuth({ ...ann, host: 'other.example' }) },
      server: near,
      verdict: unusable,
      wire: ehlo + quit,
    },
    'only what listening can break': {
      acts: [...greets('AUTH CRAM-MD5'), ...bye],
      options: { ...none, auth: autoAuth(ann) },
      verdict: unusable,
      wire: ehlo + quit,
    },
  })
})

describe('what is offered', () => {
  const offers: Readonly<Record<string, readonly string[]>> = {
    nothing: [],
    'AUTH and no mechanism': ['AUTH'],
    'other mechanisms': ['AUTH LOGIN CRAM-MD5'],
    'a mechanism that begins like it': ['AUTH PLAIN-X XPLAIN PLAI'],
    'a keyword that begins like it': ['AUTHENTICATE PLAIN', 'XAUTH PLAIN'],
  }
  threats(
    Object.fromEntries(
      Object.entries(offers).map(([name, keywords]): [string, Threat] => [
        `${name}: nothing is written`,
        {
          acts: [...greets(...keywords), ...bye],
          options: { ...none, auth },
          server: near,
          verdict: missing,
          wire: ehlo + quit,
        },
      ]),
    ),
  )
})

describe('the answer to PLAIN', () => {
  const answers: Readonly<Record<string, readonly [reply: string, safeToRetry: boolean]>> = {
    '535': ['535 5.7.8 no', false],
    '534': ['534 5.7.9 too weak', false],
    '538': ['538 encryption needed', false],
    '504': ['504 no such mechanism', false],
    '501': ['501 what?', false],
    '500': ['500 what?', false],
    '530': ['530 STARTTLS first', false],
    '432': ['432 4.7.12 a new password is needed', true],
    '454': ['454 4.7.0 not now', true],
    '451': ['451 later', true],
  }
  threats(
    Object.fromEntries(
      Object.entries(answers).map(([code, [reply, safeToRetry]]): [string, Threat] => [
        `${code}: no second attempt, and no message`,
        {
          acts: [...greets('AUTH PLAIN LOGIN'), hears('AUTH'), says(reply), ...bye],
          options: { ...none, auth },
          server: near,
          verdict: { ...failed, safeToRetry },
          wire: ehlo + plain + quit,
        },
      ]),
    ),
  )
  threats({
    'a challenge where there is none': {
      acts: [...greets('AUTH PLAIN'), hears('AUTH'), says('334 '), hears('*'), says('501 cancelled'), ...bye],
      options: { ...none, auth },
      server: near,
      verdict: unusable,
      wire: `${ehlo}${plain}*\r\n${quit}`,
    },
    'an acceptance of the cancellation': {
      acts: [...greets('AUTH PLAIN'), hears('AUTH'), says('334 '), hears('*'), says('235 welcome')],
      options: { ...none, auth },
      server: near,
      verdict: unusable,
      wire: `${ehlo}${plain}*\r\n`,
    },
    'silence behind the cancellation': {
      acts: [...greets('AUTH PLAIN'), hears('AUTH'), says('334 '), hears('*')],
      options: { ...none, auth },
      server: near,
      verdict: unusable,
      wire: `${ehlo}${plain}*\r\n`,
      ms: deadlines.auth,
    },
    '250 in place of 235': {
      acts: [...greets('AUTH PLAIN'), hears('AUTH'), says('250 ok')],
      options: { ...none, auth },
      server: near,
      verdict: { code: 'unexpected-reply', phase: 'auth', delivery: 'not-sent', safeToRetry: true },
      wire: ehlo + plain,
    },
    'two acceptances': {
      acts: [...greets('AUTH PLAIN'), hears('AUTH'), says('235 welcome', '235 welcome')],
      options: { ...none, auth },
      server: near,
      verdict: { code: 'unsolicited-reply', phase: 'idle', delivery: 'not-sent', safeToRetry: true },
      wire: ehlo + plain,
    },
    silence: {
      acts: [...greets('AUTH PLAIN'), hears('AUTH')],
      options: { ...none, auth },
      server: near,
      verdict: { code: 'timeout', phase: 'auth', delivery: 'not-sent', safeToRetry: true },
      wire: ehlo + plain,
      ms: deadlines.auth,
    },
    'a challenge at an octet a minute': {
      acts: [...greets('AUTH LOGIN'), hears('AUTH'), trickles('334 VXNlcm5hbWU6', 60_000)],
      options: { ...none, auth: loginAuth(ann) },
      server: near,
      verdict: { code: 'timeout', phase: 'auth', delivery: 'not-sent', safeToRetry: true },
      wire: `${ehlo}AUTH LOGIN\r\n`,
      ms: deadlines.auth,
    },
    'a close': {
      acts: [...greets('AUTH PLAIN'), hears('AUTH'), closes()],
      options: { ...none, auth },
      server: near,
      verdict: { code: 'connection-lost', phase: 'auth', delivery: 'not-sent', safeToRetry: true },
      wire: ehlo + plain,
    },
  })
})

describe('challenges', () => {
  const cram = cramMd5Auth(ann)
  const bad: Readonly<Record<string, string>> = {
    'that are not base64': '334 not base64!',
    'without their padding': '334 YQ',
    'with padding inside': '334 YQ==YQ==',
    'in base64url': '334 _-_-',
    'with blanks': '334 YWJj ZGVm',
    'of two lines': '334-YWJj\r\n334 ZGVm',
  }
  threats(
    Object.fromEntries(
      Object.entries(bad).map(([name, challenge]): [string, Threat] => [
        name,
        {
          acts: [
            ...greets('AUTH CRAM-MD5'),
            hears('AUTH'),
            says(...challenge.split('\r\n')),
            hears('*'),
            says('501 cancelled'),
            ...bye,
          ],
          options: { ...none, auth: cram },
          verdict: unusable,
          wire: `${ehlo}AUTH CRAM-MD5\r\n*\r\n${quit}`,
        },
      ]),
    ),
  )
  const endless = { mechanism: 'X', start: () => ({ respond: () => Uint8Array.of(1) }) }
  threats({
    'without end': {
      acts: [
        ...greets('AUTH X'),
        hears('AUTH'),
        ...Array.from({ length: 11 }, () => [says('334 YQ=='), hears()]).flat(),
        says('501 cancelled'),
        ...bye,
      ],
      options: { ...none, auth: endless },
      verdict: unusable,
      wire: `${ehlo}AUTH X\r\n${'AQ==\r\n'.repeat(10)}*\r\n${quit}`,
    },
    'of a megabyte': {
      acts: [...greets('AUTH X'), hears('AUTH'), sends(`334 ${'YWJj'.repeat(262_144)}\r\n`)],
      options: { ...none, auth: endless },
      verdict: { code: 'reply-too-large', phase: 'auth', delivery: 'not-sent', safeToRetry: true },
      wire: `${ehlo}AUTH X\r\n`,
    },
    'that never end': {
      acts: [...greets('AUTH X'), hears('AUTH'), sends('334 '), repeats('YWJj'.repeat(100))],
      options: { ...none, auth: endless },
      verdict: { code: 'reply-too-large', phase: 'auth', delivery: 'not-sent', safeToRetry: true },
      wire: `${ehlo}AUTH X\r\n`,
    },
    'a third for LOGIN': {
      acts: [
        ...greets('AUTH LOGIN'),
        hears('AUTH'),
        says('334 VXNlcm5hbWU6'),
        hears(),
        says('334 UGFzc3dvcmQ6'),
        hears(),
        says('334 TW9yZTo='),
        hears('*'),
        says('501 no'),
        ...bye,
      ],
      options: { ...none, auth: loginAuth(ann) },
      server: near,
      verdict: unusable,
      wire: `${ehlo}AUTH LOGIN\r\nYW5u\r\nd29uZGVybGFuZA==\r\n*\r\n${quit}`,
    },
    'fewer, where the caller says so': {
      acts: [
        ...greets('AUTH X'),
        hears('AUTH'),
        says('334 YQ=='),
        hears(),
        says('334 YQ=='),
        hears('*'),
        says('501 no'),
        ...bye,
      ],
      options: { ...none, auth: endless, limits: { authRounds: 1 } },
      verdict: unusable,
      wire: `${ehlo}AUTH X\r\nAQ==\r\n*\r\n${quit}`,
    },
    'smaller, where the caller says so': {
      acts: [...greets('AUTH X'), hears('AUTH'), says('334 YWJj'), hears('*'), says('501 no'), ...bye],
      options: { ...none, auth: endless, limits: { challenge: 2 } },
      verdict: unusable,
      wire: `${ehlo}AUTH X\r\n*\r\n${quit}`,
    },
  })
})

describe('SCRAM', () => {
  const nonce = 'client-nonce'
  const first = Buffer.from(`n,,n=ann,r=${nonce}`).toString('base64')
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const bad: Readonly<Record<string, string>> = {
    'a nonce that is not ours': 'r=other,s=c2FsdA==,i=4096',
    'our nonce and nothing behind it': `r=${nonce},s=c2FsdA==,i=4096`,
    'a nonce that ends like ours': `r=x${nonce},s=c2FsdA==,i=4096`,
    'too few iterations': `r=${nonce}x,s=c2FsdA==,i=4095`,
    'one iteration': `r=${nonce}x,s=c2FsdA==,i=1`,
    'no iterations': `r=${nonce}x,s=c2FsdA==,i=0`,
    'iterations for a century': `r=${nonce}x,s=c2FsdA==,i=2147483647`,
    'more iterations than numbers': `r=${nonce}x,s=c2FsdA==,i=99999999999999999999`,
    'a negative count': `r=${nonce}x,s=c2FsdA==,i=-4096`,
    'a count in hexadecimal': `r=${nonce}x,s=c2FsdA==,i=0x1000`,
    'no salt': `r=${nonce}x,s=,i=4096`,
    'salt that is not base64': `r=${nonce}x,s=!!!,i=4096`,
    'an extension that must be understood': `m=x,r=${nonce}x,s=c2FsdA==,i=4096`,
    'another order': `s=c2FsdA==,r=${nonce}x,i=4096`,
    'a verdict before the proof': 'v=c2lnbmF0dXJl',
    nothing: '',
    'what is no UTF-8': '\u00ff\u00fe',
  }
  threats(
    Object.fromEntries(
      Object.entries(bad).map(([name, message]): [string, Threat] => [
        `${name}: no proof is given`,
        {
          acts: [
            ...greets('AUTH SCRAM-SHA-256'),
            hears('AUTH'),
            says(
              `334 ${name.startsWith('what') ? Buffer.from(message, 'latin1').toString('base64') : base64(message)}`,
            ),
            hears('*'),
            says('501 cancelled'),
          ],
          options: { ...none, auth: scramWith({ nonce: () => nonce })(ann) },
          verdict: unusable,
          wire: `${ehlo}AUTH SCRAM-SHA-256 ${first}\r\n*\r\n`,
          computes: true,
        },
      ]),
    ),
  )
  threats({
    'an acceptance without a proof': {
      acts: [...greets('AUTH SCRAM-SHA-256'), hears('AUTH'), says('235 welcome')],
      options: { ...none, auth: scramWith({ nonce: () => nonce })(ann) },
      verdict: unusable,
      wire: `${ehlo}AUTH SCRAM-SHA-256 ${first}\r\n`,
      computes: true,
    },
    'fewer iterations than the caller allows': {
      acts: [
        ...greets('AUTH SCRAM-SHA-256'),
        hears('AUTH'),
        says(`334 ${base64(`r=${nonce}x,s=c2FsdA==,i=10000`)}`),
        hears('*'),
        says('501 no'),
      ],
      options: { ...none, auth: scramWith({ nonce: () => nonce })({ ...ann, maxIterations: 9_999 }) },
      verdict: unusable,
      wire: `${ehlo}AUTH SCRAM-SHA-256 ${first}\r\n*\r\n`,
      computes: true,
    },
    'no channel binding where it is required': {
      acts: [...greets('AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS'), ...bye],
      options: { ...none, auth: scramAuth({ ...ann, channelBinding: 'require' }) },
      verdict: unusable,
      wire: ehlo + quit,
    },
  })
})
