import { describe } from 'vitest'
import { command } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '250 ok', n: '502 no', x: '354 what?' }

describe.each(['connected', 'ready', 'mail', 'rcpt', 'sent'] as const)('command() in phase %s', (from) => {
  const operator = (): ReturnType<typeof command<typeof from>> => command('XSTATUS', { positive: [250] })
  itAsksOnce({ operator, from, to: from, lines: { ...lines, C: 'XSTATUS' } })
})

describe('command() without positive codes', () => {
  pictures({ operator: () => command('XGO'), from: 'ready', to: 'ready', lines: { ...lines, C: 'XGO' } })(
    'takes every 2yz and 3yz',
    `
    source  -a-----|
    subs    ^------!
    client  -C------
    server  ---x----
    result  ---a---|`,
  )
})

describe('command() with a line break', () => {
  pictures({ operator: () => command('XGO\r\nQUIT'), from: 'ready', to: 'ready', lines })(
    'nothing is written',
    `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  invalid-argument`,
  )
})
