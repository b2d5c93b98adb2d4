import { describe } from 'vitest'
import { noop } from '../../src/index.ts'
import { itAsksOnce } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'

nothingLeftBehind()

const lines = { o: '250 ok', n: '502 no', x: '354 what?' }

describe.each(['ready', 'mail', 'rcpt', 'sent'] as const)('noop() in phase %s', (from) => {
  itAsksOnce({ operator: () => noop(), from, to: from, lines: { ...lines, C: 'NOOP' } })
})
