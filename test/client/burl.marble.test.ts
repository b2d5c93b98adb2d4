import { describe } from 'vitest'
import { burl } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '250 ok', n: '554 no', x: '354 what?' }
const offers = ['BURL imap']

describe('burl() of a part', () => {
  const operator = (): ReturnType<typeof burl> => burl('imap:a')
  itAsksOnce({ operator, offers, from: 'rcpt', to: 'rcpt', lines: { ...lines, C: 'BURL imap:a' } })
})

describe('burl() of the last part', () => {
  const operator = () => burl('imap:a', { last: true })
  itAsksOnce({ operator, offers, from: 'rcpt', to: 'sent', lines: { ...lines, C: 'BURL imap:a LAST' } })
})

describe('burl() where nothing is written', () => {
  const picture = (code: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${code}`
  const cast = { from: 'rcpt', to: 'rcpt', lines } as const
  pictures({ ...cast, operator: () => burl('imap:a') })('the server lacks it', picture('not-offered'))
  pictures({ ...cast, offers, operator: () => burl('imap:a b') })('it is no URL', picture('invalid-argument'))
})
