import { describe } from 'vitest'
import { mail } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '250 2.1.0 ok', n: '550 5.7.1 no', x: '251 what?' }

describe('mail()', () => {
  itAsksOnce({
    operator: () => mail('ann@a.example'),
    from: 'ready',
    to: 'mail',
    lines: { ...lines, C: 'MAIL FROM:<ann@a.example>' },
  })
})

describe('mail() behind a message', () => {
  itAsksOnce({ operator: () => mail(''), from: 'sent', to: 'mail', lines: { ...lines, C: 'MAIL FROM:<>' } })
})

describe('mail() with parameters', () => {
  itAsksOnce({
    operator: () => mail('jörg@a.example', { size: 10, body: '8BITMIME' }),
    from: 'ready',
    to: 'mail',
    offers: ['SIZE 10', '8BITMIME', 'SMTPUTF8'],
    lines: { ...lines, C: 'MAIL FROM:<jörg@a.example> BODY=8BITMIME SIZE=10 SMTPUTF8' },
  })
})

describe('mail() that this server cannot take: nothing is written', () => {
  const offers = ['SIZE 10']
  const told = (error: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${error}`
  const cast = { from: 'ready', to: 'mail', offers, lines } as const
  pictures({ ...cast, operator: () => mail('ann@a.example', { size: 11 }) })('SIZE', told('message-too-large'))
  pictures({ ...cast, operator: () => mail('ann@a.example', { body: '8BITMIME' }) })('8BITMIME', told('not-offered'))
  pictures({ ...cast, operator: () => mail('jörg@a.example') })('SMTPUTF8', told('not-offered'))
  pictures({ ...cast, operator: () => mail('ann') })('no mailbox', told('invalid-argument'))
})
