import { describe } from 'vitest'
import { type Auth, authenticate, loginAuth, plainAuth } from '../../src/index.ts'
import { itAsksOnce, itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const ann = { username: 'ann', password: 'wonderland' }
const lines = {
  P: 'AUTH PLAIN AGFubgB3b25kZXJsYW5k',
  L: 'AUTH LOGIN',
  U: 'YW5u',
  W: 'd29uZGVybGFuZA==',
  C: '*',
  u: '334 VXNlcm5hbWU6',
  w: '334 UGFzc3dvcmQ6',
  b: '334 not base64',
  o: '235 2.7.0 ok',
  n: '535 5.7.8 no',
  c: '501 5.7.0 cancelled',
  x: '250 what?',
}
const offers = ['AUTH PLAIN LOGIN X-SLOW']

describe.each(['ready', 'sent'] as const)('authenticate(plainAuth()) in phase %s', (from) => {
  itAsksOnce({
    operator: () => authenticate(plainAuth(ann)),
    from,
    to: 'ready',
    offers,
    lines: { ...lines, C: lines.P },
    refusal: 'auth-failed',
  })
})

describe('authenticate(loginAuth())', () => {
  const cast = { operator: () => authenticate(loginAuth(ann)), from: 'ready', to: 'ready', offers, lines } as const
  const shows = pictures(cast)
  itWaitsForSessions(cast)

  shows(
    'one',
    `
    source  -a-----------|
    subs    ^------------!
    client  -L-U--W-------
    server  ---u--w--o----
    result  ---------a---|`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)-------------|
    subs      ^-----------------!
    client    -L-U-W-------------
    server    ---u-w-o-----------
    client-b  -------L-U-W-------
    server-b  ---------u-w-o-----
    result    -------a-----b----|`,
  )
  shows(
    'a refusal: the session stays',
    `
    source  -a-----------|
    subs    ^--------!
    client  -L-U--W-------
    server  ---u--w--n----
    result  ---------#----  auth-failed`,
  )
  shows(
    'a challenge too many is cancelled, and the session stays',
    `
    source  -a--------------|
    subs    ^-----------!
    client  -L-U--W--C-------
    server  ---u--w--w--c----
    result  ------------#----  auth-unusable`,
  )
  shows(
    'so is a challenge that is not base64',
    `
    source  -a--------|
    subs    ^-----!
    client  -L-C-------
    server  ---b--c----
    result  ------#----  auth-unusable`,
  )
  shows(
    'a server that goes on after that',
    `
    source      -a--------|
    subs        ^-----!
    client      -L-C--|----
    server      ---b--u----
    result      ------#----  auth-unusable
    connection  ------#----  unexpected-reply`,
  )
  shows(
    'the server leaves in between',
    `
    source      -a--------|
    subs        ^-----!
    client      -L-U--|----
    server      ---u--|----
    result      ------#----  connection-lost
    connection  ------#----  connection-lost`,
  )
  shows(
    'early unsubscribe in between: the connection is dropped',
    `
    source      -a--------|
    subs        ^----!
    client      -L-U-|-----
    server      ---u--w----
    leave       -----!-----
    result      -----------
    connection  -----#-----  aborted`,
  )
})

describe('authenticate() where it is not possible: nothing is written', () => {
  const told = (error: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${error}`
  const cast = { operator: () => authenticate(plainAuth(ann)), from: 'ready', to: 'ready', lines } as const
  pictures(cast)('no AUTH', told('not-offered'))
  pictures({ ...cast, offers: ['AUTH LOGIN'] })('another mechanism', told('not-offered'))
  pictures({ ...cast, offers, memory: { remoteAddress: '192.0.2.1' } })('in clear', told('auth-unusable'))
  const failing: Auth = {
    mechanism: 'X-SLOW',
    start: () => {
      throw new Error('no ticket')
    },
  }
  pictures({ ...cast, offers, operator: () => authenticate(failing) })('no ticket', told('auth-unusable'))
})

describe('authenticate() with a mechanism that takes its time', () => {
  const slow: Auth = { mechanism: 'X-SLOW', start: () => new Promise(() => {}) }
  const shows = pictures({ operator: () => authenticate(slow), from: 'ready', to: 'ready', offers, lines })
  shows(
    'does not outlive the session',
    `
    source      -a-----|
    subs        ^--!
    client      ---|----
    server      ---|----
    result      ---#----  connection-lost
    connection  ---#----  connection-lost`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a-----|
    subs        ^--!
    client      ---|----
    leave       ---!----
    result      --------
    connection  ---#----  aborted`,
  )
})
