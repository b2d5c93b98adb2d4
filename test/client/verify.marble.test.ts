import { describe } from 'vitest'
import { verify } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { o: '250 ok', n: '502 no', x: '354 what?' }

describe.each(['ready', 'sent'] as const)('verify() in phase %s', (from) => {
  const cast = {
    operator: () => verify<typeof from>('ann@mx.example'),
    from,
    to: from,
    lines: { ...lines, C: 'VRFY ann@mx.example', v: '252 try it' },
  }
  itAsksOnce(cast)
  pictures(cast)(
    'the server would not say: the session stays',
    `
    source  -a-----|
    subs    ^--!
    client  -C------
    server  ---v----
    result  ---#----  unexpected-reply`,
  )
})

describe('verify() of what is no user', () => {
  pictures({ operator: () => verify('two words'), from: 'ready', to: 'ready', lines })(
    'nothing is written',
    `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  invalid-argument`,
  )
})
