import { describe } from 'vitest'
import { rcpt } from '../../src/index.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { type Cast, itWaitsForSessions, pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  R: 'RCPT TO:<bob@b.example>',
  S: 'RCPT TO:<sue@b.example>',
  o: '250 2.1.5 ok',
  f: '251 will forward',
  v: '252 will try',
  n: '550 5.1.1 no',
  l: '452 4.2.2 full',
  x: '354 what?',
  y: '421 bye',
  w: 'what?',
}

describe('rcpt(one)', () => {
  const cast: Cast<'mail', 'rcpt'> = { operator: () => rcpt('bob@b.example'), from: 'mail', to: 'rcpt', lines }
  const shows = pictures(cast)
  itWaitsForSessions(cast)

  shows(
    'one',
    `
    source  -a-----|
    subs    ^------!
    client  -R------
    server  ---o----
    result  ---a---|`,
  )
  shows(
    'one, whose source completes before the reply',
    `
    source  -a|
    subs    ^-!
    client  -R------
    server  -----o--
    result  -----(a|)`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)-----|
    subs      ^---------!
    client    -R---------
    server    ---o-------
    client-b  ---R-------
    server-b  ------f----
    result    ---a--b---|`,
  )
  shows(
    'a refusal: the session stays',
    `
    source  -a-----|
    subs    ^--!
    client  -R------
    server  ---n----
    result  ---#----  refused`,
  )
  shows(
    'a reply that RCPT does not have',
    `
    source      -a-----|
    subs        ^--!
    client      -R-|----
    server      ---x----
    result      ---#----  unexpected-reply
    connection  ---#----  unexpected-reply`,
  )
  shows(
    'an error of the connection',
    `
    source      -a-----|
    subs        ^--!
    client      -R-|----
    server      ---#----
    result      ---#----  connection-lost
    connection  ---#----  connection-lost`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a-----|
    subs        ^--!
    client      -R-|----
    leave       ---!----
    server      -----o--
    result      --------
    connection  ---#----  aborted`,
  )
  shows(
    'unsubscribe after the reply: the session stays',
    `
    source  -a-----|
    subs    ^----!
    client  -R------
    server  ---o----
    leave   -----!--
    result  ---a----`,
  )
})
