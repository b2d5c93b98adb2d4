import { describe } from 'vitest'
import { help } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '214 see RFC 5321', n: '502 no', x: '354 what?' }

describe.each(['connected', 'ready', 'mail', 'rcpt', 'sent'] as const)('help() in phase %s', (from) => {
  const operator = () => help<typeof from>('etrn')
  itAsksOnce({ operator, from, to: from, lines: { ...lines, C: 'HELP etrn' } })
})

describe('help() where nothing is written', () => {
  const picture = (code: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${code}`
  const cast = { from: 'ready', to: 'ready', lines } as const
  pictures({ ...cast, operator: () => help('two words') })('it is no topic', picture('invalid-argument'))
})
