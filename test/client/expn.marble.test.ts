import { describe } from 'vitest'
import { expn } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '250 <ann@mx.example>', n: '550 no', x: '354 what?' }
const offers = ['EXPN']

describe.each(['ready', 'sent'] as const)('expn() in phase %s', (from) => {
  const operator = () => expn<typeof from>('staff')
  itAsksOnce({ operator, offers, from, to: from, lines: { ...lines, C: 'EXPN staff' } })
})

describe('expn() where nothing is written', () => {
  const picture = (code: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${code}`
  const cast = { from: 'ready', to: 'ready', lines } as const
  pictures({ ...cast, operator: () => expn('staff') })('the server lacks it', picture('not-offered'))
  pictures({ ...cast, offers, operator: () => expn('two words') })('it is no list', picture('invalid-argument'))
})
