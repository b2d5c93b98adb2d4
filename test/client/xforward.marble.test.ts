import { describe } from 'vitest'
import { xforward } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '250 ok', n: '550 no', x: '354 what?' }
const offers = ['XFORWARD NAME ADDR']

describe.each(['ready', 'sent'] as const)('xforward() in phase %s', (from) => {
  const operator = () => xforward<typeof from>({ NAME: 'client.example' })
  itAsksOnce({ operator, offers, from, to: from, lines: { ...lines, C: 'XFORWARD NAME=client.example' } })
})

describe('xforward() where nothing is written', () => {
  const picture = (code: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${code}`
  const cast = { from: 'ready', to: 'ready', lines } as const
  pictures({ ...cast, operator: () => xforward({ NAME: 'client.example' }) })(
    'the server lacks it',
    picture('not-offered'),
  )
  pictures({ ...cast, offers, operator: () => xforward({}) })('there is no attribute', picture('invalid-argument'))
})
