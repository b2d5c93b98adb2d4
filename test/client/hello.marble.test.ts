import { describe } from 'vitest'
import { hello } from '../../src/index.ts'
import { itAsksOnce, itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  E: 'EHLO mx.client.example',
  H: 'HELO mx.client.example',
  o: '250 mx.example',
  k: '250-mx.example\r\n250-SIZE 1000\r\n250 PIPELINING',
  l: '451 later',
  u: '502 unknown',
  n: '550 no',
  x: '220 what?',
  m: 'what?',
}

const operator = (): ReturnType<typeof hello> => hello('mx.client.example')

describe('hello()', () => {
  // A refusal that does not speak of EHLO.
  itAsksOnce({ operator, from: 'connected', to: 'ready', lines: { ...lines, C: lines.E, n: lines.l } })
})

describe('hello() with capabilities', () => {
  itAsksOnce({ operator, from: 'connected', to: 'ready', lines: { ...lines, C: lines.E, n: lines.l, o: lines.k } })
})

describe('hello() to a server without EHLO', () => {
  const cast = { operator, from: 'connected', to: 'ready', lines } as const
  const shows = pictures(cast)
  itWaitsForSessions(cast)

  shows(
    'one',
    `
    source  -a--------|
    subs    ^---------!
    client  -E-H-------
    server  ---u--o----
    result  ------a---|`,
  )
  shows(
    'many',
    `
    source    -(ab)----------|
    subs      ^--------------!
    client    -E-H------------
    server    ---u--o---------
    client-b  ------E-H-------
    server-b  --------n-o-----
    result    ------a---b----|`,
  )
  shows(
    'who refuses HELO as well',
    `
    source  -a--------|
    subs    ^-----!
    client  -E-H-------
    server  ---u--n----
    result  ------#----  refused`,
  )
  shows(
    'who leaves',
    `
    source      -a--------|
    subs        ^-----!
    client      -E-H--|----
    server      ---u--|----
    result      ------#----  connection-lost
    connection  ------#----  connection-lost`,
  )
  shows(
    'whose answer is no reply',
    `
    source      -a--------|
    subs        ^-----!
    client      -E-H--|----
    server      ---u--m----
    result      ------#----  malformed-reply
    connection  ------#----  malformed-reply`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a--------|
    subs        ^----!
    client      -E-H-|-----
    server      ---u--o----
    leave       -----!-----
    result      -----------
    connection  -----#-----  aborted`,
  )
})

describe('hello() with a name that is none', () => {
  pictures({ operator: () => hello('two words'), from: 'connected', to: 'ready', lines })(
    'nothing is written',
    `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  invalid-argument`,
  )
})
