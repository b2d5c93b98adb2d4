import { describe } from 'vitest'
import { startTls } from '../../src/index.ts'
import { itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { type Cast, pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  S: 'STARTTLS',
  E: 'EHLO localhost',
  H: 'HELO localhost',
  g: '220 go',
  o: '250 mx.example',
  n: '454 4.7.0 not now',
  u: '502 unknown',
  x: '250 what?',
  // Behind the reply, in the same chunk.
  i: '220 go\r\n250 injected',
  j: '220 go\r\n250-injected',
}

describe.each(['ready', 'sent'] as const)('startTls() in phase %s', (from) => {
  const cast: Cast<typeof from, 'ready'> = {
    operator: () => startTls(),
    from,
    to: 'ready',
    offers: ['STARTTLS'],
    lines,
  }
  const shows = pictures(cast)
  itWaitsForSessions(cast)

  shows(
    'one',
    `
    source  -a--------|
    subs    ^---------!
    client  -S-E-------
    server  ---g--o----
    result  ------a---|`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)----------|
    subs      ^--------------!
    client    -S-E------------
    server    ---g--o---------
    client-b  ------S-E-------
    server-b  --------g-o-----
    result    ------a---b----|`,
  )
  shows(
    'a server without EHLO',
    `
    source  -a----------|
    subs    ^-----------!
    client  -S-E--H------
    server  ---g--u-o----
    result  --------a---|`,
  )
  shows(
    'a refusal: the session stays, in clear',
    `
    source  -a-----|
    subs    ^--!
    client  -S------
    server  ---n----
    result  ---#----  refused`,
  )
  shows(
    'a refusal of EHLO over TLS',
    `
    source  -a--------|
    subs    ^-----!
    client  -S-E-------
    server  ---g--n----
    result  ------#----  refused`,
  )
  shows(
    'a reply that STARTTLS does not have',
    `
    source      -a-----|
    subs        ^--!
    client      -S-|----
    server      ---x----
    result      ---#----  unexpected-reply
    connection  ---#----  unexpected-reply`,
  )
  shows(
    'a line behind the reply',
    `
    source      -a-----|
    subs        ^--!
    client      -S-|----
    server      ---i----
    result      ---#----  tls-injection
    connection  ---#----  tls-injection`,
  )
  shows(
    'half a reply behind the reply',
    `
    source      -a-----|
    subs        ^--!
    client      -S-|----
    server      ---j----
    result      ---#----  tls-injection
    connection  ---#----  tls-injection`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a-----|
    subs        ^--!
    client      -S-|----
    server      -----g--
    leave       ---!----
    result      --------
    connection  ---#----  aborted`,
  )
  shows(
    'early unsubscribe over TLS: the connection is dropped',
    `
    source      -a--------|
    subs        ^----!
    client      -S-E-|-----
    server      ---g--o----
    leave       -----!-----
    result      -----------
    connection  -----#-----  aborted`,
  )
})

describe('startTls() and a handshake that fails', () => {
  const startTlsFails = (): never => {
    throw new Error('self-signed certificate')
  }
  const memory = { startTls: startTlsFails }
  pictures({ operator: () => startTls(), from: 'ready', to: 'ready', offers: ['STARTTLS'], memory, lines })(
    'there is no way back to plaintext',
    `
    source      -a-----|
    subs        ^--!
    client      -S-|----
    server      ---g----
    result      ---#----  tls-failed
    connection  ---#----  tls-failed`,
  )
})

describe('startTls() to a server that does not offer it', () => {
  pictures({ operator: () => startTls(), from: 'ready', to: 'ready', lines })(
    'nothing is written',
    `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  not-offered`,
  )
  pictures({ operator: () => startTls({ force: true }), from: 'ready', to: 'ready', lines })(
    'unless it is forced',
    `
    source  -a--------|
    subs    ^---------!
    client  -S-E-------
    server  ---g--o----
    result  ------a---|`,
  )
})
