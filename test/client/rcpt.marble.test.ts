import { describe } from 'vitest'
import { rcpt } from '../../src/index.ts'
import { itAsksOnce, itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  B: 'RCPT TO:<bob@b.example>',
  S: 'RCPT TO:<sue@b.example>',
  o: '250 2.1.5 ok',
  f: '251 will forward',
  v: '252 will try',
  n: '550 5.1.1 no',
  l: '452 4.2.2 full',
  x: '354 what?',
  y: '421 4.3.2 bye',
}

describe('rcpt(one)', () => {
  itAsksOnce({ operator: () => rcpt('bob@b.example'), from: 'mail', to: 'rcpt', lines: { ...lines, C: lines.B } })
})

describe('rcpt(one), behind another', () => {
  itAsksOnce({ operator: () => rcpt('bob@b.example'), from: 'rcpt', to: 'rcpt', lines: { ...lines, C: lines.B } })
})

describe('rcpt(several)', () => {
  const cast = { operator: () => rcpt(['bob@b.example', 'sue@b.example']), from: 'mail', to: 'rcpt', lines } as const
  const shows = pictures(cast)
  itWaitsForSessions(cast)

  shows(
    'one',
    `
    source  -a--------|
    subs    ^---------!
    client  -B-S-------
    server  ---o--f----
    result  ------a---|`,
  )
  shows(
    'many',
    `
    source    -(ab)----------|
    subs      ^--------------!
    client    -B-S------------
    server    ---o--o---------
    client-b  ------B-S-------
    server-b  --------v-o-----
    result    ------a---b----|`,
  )
  shows(
    'some refused: the others stay',
    `
    source  -a--------|
    subs    ^---------!
    client  -B-S-------
    server  ---n--o----
    result  ------a---|`,
  )
  shows(
    'all refused: the session stays',
    `
    source  -a--------|
    subs    ^-----!
    client  -B-S-------
    server  ---l--n----
    result  ------#----  recipients-refused`,
  )
  shows(
    'the server leaves in between',
    `
    source      -a--------|
    subs        ^-----!
    client      -B-S--|----
    server      ---o--y----
    result      ------#----  service-closing
    connection  ------#----  service-closing`,
  )
  shows(
    'early unsubscribe in between: the connection is dropped',
    `
    source      -a--------|
    subs        ^----!
    client      -B-S-|-----
    server      ---o--o----
    leave       -----!-----
    result      -----------
    connection  -----#-----  aborted`,
  )
})

describe('rcpt(several), of which one is no mailbox', () => {
  const operator = (): ReturnType<typeof rcpt> => rcpt(['bob@b.example', 'sue'])
  pictures({ operator, from: 'mail', to: 'rcpt', lines })(
    'nothing is written',
    `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  invalid-argument`,
  )
})
