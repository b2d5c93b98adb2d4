/** Replies at the wrong time: too early, too many, and for somebody else. One reply is owed for each command, no more. */
import { describe } from 'vitest'
import { plainAuth } from '../../src/index.ts'
import { closes, hears, hearsMessage, refusesOctets, resets, says, sends, waits } from '../../src/testing/index.ts'
import { slowly } from '../helpers/sources.ts'
import {
  asksForMessage,
  body,
  bye,
  data,
  ehlo,
  envelope,
  greets,
  mail,
  ok,
  quit,
  takesEnvelope,
  takesMessage,
} from '../helpers/steps.ts'
import { type Threat, threats, type Verdict, withFakeClock } from '../helpers/threats.ts'

withFakeClock()

const unsolicited = { code: 'unsolicited-reply', delivery: 'not-sent', safeToRetry: true } as const
const refused = { code: 'refused', delivery: 'rejected' } as const
const accepted: Verdict = { accepted: ['c@d.example'] }

describe('before the command', () => {
  threats({
    'a second greeting in one piece': {
      acts: [says('220 mx.example', '220 mx.example')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: '',
    },
    'a 250 with the greeting': {
      acts: [says('220 mx.example', '250 mx.example')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: '',
    },
    'everything with the greeting': {
      acts: [says('220 mx.example', '250 mx.example', '250 ok', '250 ok', '354 go', '250 ok')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: '',
    },
    'half a reply with the greeting': {
      acts: [sends('220 mx.example\r\n250 mx.exa')],
      verdict: { ...unsolicited, phase: 'hello' },
      wire: '',
    },
    'the reply to MAIL with that to EHLO': {
      acts: [says('220 mx.example'), hears('EHLO'), says('250 mx.example', '250 ok')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: ehlo,
    },
    'the beginning of the reply to MAIL with that to EHLO': {
      acts: [says('220 mx.example'), hears('EHLO'), sends('250 mx.example\r\n25')],
      verdict: { ...unsolicited, phase: 'mail' },
      wire: ehlo,
    },
    'the reply to RCPT with that to MAIL': {
      acts: [...greets(), hears('MAIL'), says('250 ok', '250 ok')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: ehlo + mail,
    },
    'the reply to DATA with that to RCPT': {
      acts: [...greets(), hears('MAIL'), ok, hears('RCPT'), says('250 ok', '354 go')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: envelope,
    },
    'the last reply with the 354': {
      acts: [...greets(), ...takesEnvelope, hears('DATA'), says('354 go', '250 queued')],
      verdict: { ...unsolicited, phase: 'idle' },
      wire: envelope + data,
    },
    'half of the last reply with the 354': {
      acts: [...greets(), ...takesEnvelope, hears('DATA'), sends('354 go\r\n250 queu'), waits(1), sends('ed\r\n')],
      verdict: { ...unsolicited, phase: 'body' },
      wire: envelope + data,
    },
    'a 235 in place of what AUTH was never asked': {
      acts: [says('220 mx.example'), hears('EHLO'), says('250-mx.example', '250 AUTH PLAIN', '235 welcome')],
      options: { auth: plainAuth({ username: 'ann', password: 'wonderland' }) },
      server: { remoteAddress: '127.0.0.1' },
      verdict: { ...unsolicited, phase: 'idle' },
      wire: ehlo,
    },
    'a yes while the message is written': {
      acts: [...greets(), ...asksForMessage, hears('first'), says('250 queued')],
      options: { message: slowly('first\r\n', 'second\r\n') },
      verdict: { ...unsolicited, phase: 'body' },
      wire: `${envelope}${data}first\r\n`,
      ms: 0,
    },
    'a 354 while the message is written': {
      acts: [...greets(), ...asksForMessage, hears('first'), says('354 go')],
      options: { message: slowly('first\r\n', 'second\r\n') },
      verdict: { ...unsolicited, phase: 'body' },
      wire: `${envelope}${data}first\r\n`,
    },
  })
})

describe('too many and too few', () => {
  threats({
    'a second reply to the end of the message': {
      acts: [...greets(), ...takesMessage, says('250 queued', '250 queued')],
      verdict: accepted,
      wire: body,
    },
    'a refusal behind the acceptance': {
      acts: [...greets(), ...takesMessage, says('250 queued', '550 no, after all')],
      verdict: accepted,
      wire: body,
    },
    'a 421 behind the acceptance': {
      acts: [...greets(), ...takesMessage, says('250 queued', '421 bye')],
      verdict: accepted,
      wire: body,
    },
    'a close behind the acceptance': {
      acts: [...greets(), ...takesMessage, says('250 queued'), closes()],
      verdict: accepted,
      wire: body,
    },
    'a reset behind the acceptance': {
      acts: [...greets(), ...takesMessage, says('250 queued'), resets()],
      verdict: accepted,
      wire: body,
    },
    'nothing behind the acceptance': {
      acts: [...greets(), ...takesMessage, says('250 queued'), hears('QUIT')],
      verdict: accepted,
      wire: body + quit,
    },
    'three replies to QUIT': {
      acts: [...greets(), ...takesMessage, says('250 queued'), hears('QUIT'), says('221 bye', '221 bye', '221 bye')],
      verdict: accepted,
      wire: body + quit,
    },
    'one reply too few to a group': {
      acts: [...greets('PIPELINING'), hears('MAIL'), hears('RCPT'), hears('DATA'), says('250 ok', '354 go')],
      verdict: { code: 'unexpected-reply', phase: 'rcpt', delivery: 'not-sent', safeToRetry: true },
      ms: 120_000,
      wire: envelope + data,
    },
    'one reply too many to a group': {
      acts: [
        ...greets('PIPELINING'),
        hears('MAIL'),
        hears('RCPT'),
        hears('DATA'),
        says('250 ok', '250 ok', '250 ok', '354 go'),
      ],
      verdict: { code: 'unexpected-reply', phase: 'data', delivery: 'not-sent', safeToRetry: true },
      wire: envelope + data,
    },
    'a group whose recipients are all refused, and a 354': {
      acts: [
        ...greets('PIPELINING'),
        hears(),
        hears(),
        hears('DATA'),
        says('250 ok', '550 no', '354 go'),
        hears('.'),
        says('554 nobody'),
        ...bye,
      ],
      verdict: { code: 'recipients-refused', phase: 'rcpt', delivery: 'rejected', safeToRetry: false },
      wire: `${envelope}${data}.\r\n${quit}`,
    },
    'a group whose recipients are all refused, and a yes to nothing': {
      acts: [
        ...greets('PIPELINING'),
        hears(),
        hears(),
        hears('DATA'),
        says('250 ok', '550 no', '354 go'),
        hears('.'),
        says('250 queued'),
        ...bye,
      ],
      verdict: { code: 'recipients-refused', phase: 'rcpt', delivery: 'rejected', safeToRetry: false },
      wire: `${envelope}${data}.\r\n${quit}`,
    },
    'DATA answered by 250': {
      acts: [...greets(), ...takesEnvelope, hears('DATA'), says('250 ok')],
      verdict: { code: 'unexpected-reply', phase: 'data', delivery: 'not-sent', safeToRetry: true },
      wire: envelope + data,
    },
    'the end answered by 354': {
      acts: [...greets(), ...takesMessage, says('354 more')],
      verdict: { code: 'unexpected-reply', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
      wire: body,
    },
    'the end answered by 251': {
      acts: [...greets(), ...takesMessage, says('251 forwarded')],
      verdict: { code: 'unexpected-reply', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
      wire: body,
    },
  })
})

describe('a refusal in mid-message is what is told', () => {
  const early: Readonly<Record<string, readonly [says: string, verdict: object]>> = {
    '552': ['552 5.3.4 too large', { ...refused, safeToRetry: false }],
    '451': ['451 4.3.0 later', { ...refused, safeToRetry: true }],
    '421': ['421 4.3.2 closing', { code: 'service-closing', delivery: 'rejected', safeToRetry: true }],
    '554 of several lines': ['554-no\r\n554 not at all', { ...refused, safeToRetry: false }],
  }
  const endings: Readonly<Record<string, Threat['acts']>> = {
    'and waits': [],
    'and closes': [closes()],
    'and resets': [resets()],
    'behind a broken pipe': [],
  }
  threats(
    Object.fromEntries(
      Object.entries(early).flatMap(([code, [reply, verdict]]) =>
        Object.entries(endings).map(([how, acts]): [string, Threat] => [
          `${code}, ${how}`,
          {
            acts: [
              ...greets(),
              ...asksForMessage,
              hears('first'),
              ...(how === 'behind a broken pipe' ? [refusesOctets(), waits(1_100)] : []),
              says(...reply.split('\r\n')),
              ...acts,
            ],
            options: { message: slowly('first\r\n', 'second\r\n', 'third\r\n') },
            verdict: { ...verdict, phase: 'body' } as Verdict,
            wire: `${envelope}${data}first\r\n`,
            ms: how === 'behind a broken pipe' ? 1_100 : 0,
          },
        ]),
      ),
    ),
  )

  threats({
    'a broken pipe and no word': {
      acts: [...greets(), ...asksForMessage, hears('first'), refusesOctets()],
      options: { message: slowly('first\r\n', 'second\r\n') },
      verdict: { code: 'connection-lost', phase: 'body', delivery: 'not-sent', safeToRetry: true },
      wire: `${envelope}${data}first\r\n`,
      ms: 1_250,
    },
    'by BDAT, between two chunks': {
      acts: [
        ...greets('PIPELINING', 'CHUNKING'),
        ...takesEnvelope,
        hears('BDAT'),
        says('552 too large'),
        hears('x'),
        ok,
        ...bye,
      ],
      options: { message: slowly('x'.repeat(262_144), 'y', 'z') },
      verdict: { ...refused, phase: 'body', safeToRetry: false },
      ms: 1_000,
      wire: `${envelope}BDAT 262144\r\n${'x'.repeat(262_144)}RSET\r\n${quit}`,
    },
  })
})

describe('whatever comes in one packet', () => {
  threats({
    'all the way to the end': {
      acts: [...greets(), ...takesMessage, hearsNothing(), says('250 queued'), ...bye],
      verdict: accepted,
      wire: body + quit,
    },
    'a refusal of RCPT with a goodbye': {
      acts: [...greets(), hears('MAIL'), ok, hears('RCPT'), says('550 no', '421 bye')],
      verdict: { code: 'recipients-refused', phase: 'rcpt', delivery: 'rejected', safeToRetry: false },
      wire: envelope,
    },
    'a refusal of MAIL with a goodbye': {
      acts: [...greets(), hears('MAIL'), says('451 later', '421 bye')],
      verdict: { code: 'refused', phase: 'mail', delivery: 'rejected', safeToRetry: true },
      wire: ehlo + mail,
    },
    'a refusal of the end with a goodbye': {
      acts: [...greets(), ...takesEnvelope, hears('DATA'), says('354 go'), hearsMessage(), says('554 no', '421 bye')],
      verdict: { code: 'refused', phase: 'end-of-data', delivery: 'rejected', safeToRetry: false },
      wire: `${envelope}${data}hi\r\n.\r\n`,
    },
    'a refusal with the 354': {
      acts: [...greets(), ...takesEnvelope, hears('DATA'), says('354 go', '452 disk full')],
      verdict: { code: 'refused', phase: 'body', delivery: 'rejected', safeToRetry: true },
      wire: envelope + data,
    },
    'a 421 with the 354': {
      acts: [...greets(), ...takesEnvelope, hears('DATA'), says('354 go', '421 bye')],
      verdict: { code: 'service-closing', phase: 'body', delivery: 'rejected', safeToRetry: true },
      wire: envelope + data,
    },
  })

  function hearsNothing(): () => void {
    return () => {}
  }
})
