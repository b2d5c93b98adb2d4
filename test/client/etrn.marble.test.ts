import { describe } from 'vitest'
import { etrn } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '253 14 pending', n: '458 not now', x: '354 what?' }
const offers = ['ETRN']

describe.each(['ready', 'sent'] as const)('etrn() in phase %s', (from) => {
  const operator = () => etrn<typeof from>('b.example')
  itAsksOnce({ operator, offers, from, to: from, lines: { ...lines, C: 'ETRN b.example' } })
})

describe('etrn() where nothing is written', () => {
  const picture = (code: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${code}`
  const cast = { from: 'ready', to: 'ready', lines } as const
  pictures({ ...cast, operator: () => etrn('b.example') })('the server lacks it', picture('not-offered'))
  pictures({ ...cast, offers, operator: () => etrn('#') })('it is no node', picture('invalid-argument'))
})
