import { concat, NEVER, of, throwError } from 'rxjs'
import { describe } from 'vitest'
import { data, type MessageSource } from '../../src/index.ts'
import { itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { type Cast, pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  D: 'DATA',
  h: 'hi',
  d: '.',
  g: '354 go',
  o: '250 2.0.0 Ok: queued as 42',
  n: '550 5.7.1 no',
  l: '452 4.3.1 no room',
  x: '251 what?',
  y: '421 bye',
  // The acceptance together with the invitation.
  G: '354 go\r\n250 2.0.0 taken already',
}

const cast = (message: () => MessageSource): Cast<'rcpt', 'sent'> => ({
  operator: () => data(message()),
  from: 'rcpt',
  to: 'sent',
  lines,
})

describe('data()', () => {
  const shows = pictures(cast(() => 'hi'))
  itWaitsForSessions(cast(() => 'hi'))

  shows(
    'one',
    `
    source  -a-----------|
    subs    ^------------!
    client  -D-(hd)-------
    server  ---g------o---
    result  ----------a--|`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)--------------|
    subs      ^------------------!
    client    -D-(hd)-------------
    server    ---g---o------------
    client-b  -------D--(hd)------
    server-b  ----------g---o-----
    result    -------a------b----|`,
  )
  shows(
    'a refusal before the message: the session stays',
    `
    source  -a-----|
    subs    ^--!
    client  -D------
    server  ---n----
    result  ---#----  refused`,
  )
  shows(
    'a refusal of the message: the session stays',
    `
    source  -a-----------|
    subs    ^------!
    client  -D-(hd)-------
    server  ---g---n------
    result  -------#------  refused`,
  )
  shows(
    'a reply that DATA does not have',
    `
    source      -a-----|
    subs        ^--!
    client      -D-|----
    server      ---x----
    result      ---#----  unexpected-reply
    connection  ---#----  unexpected-reply`,
  )
  shows(
    'a reply that the end of a message does not have',
    `
    source      -a-----------|
    subs        ^------!
    client      -D-(hd)|------
    server      ---g---x------
    result      -------#------  unexpected-reply
    connection  -------#------  unexpected-reply`,
  )
  shows(
    'an acceptance that comes before the message',
    `
    source      -a-----|
    subs        ^--!
    client      -D-|----
    server      ---G----
    result      ---#----  unsolicited-reply
    connection  ---#----  unsolicited-reply`,
  )
  shows(
    'the connection breaks behind the end',
    `
    source      -a-----------|
    subs        ^------!
    client      -D-(hd)|------
    server      ---g---#------
    result      -------#------  connection-lost
    connection  -------#------  connection-lost`,
  )
  shows(
    'early unsubscribe, before the message',
    `
    source      -a-----|
    subs        ^--!
    client      -D-|----
    leave       ---!----
    server      -----g--
    result      --------
    connection  ---#----  aborted`,
  )
  shows(
    'early unsubscribe, behind the end',
    `
    source      -a-----------|
    subs        ^------!
    client      -D-(hd)|------
    server      ---g----o-----
    leave       -------!------
    result      --------------
    connection  -------#------  aborted`,
  )
})

describe('data() of a message that takes its time', () => {
  const shows = pictures(cast(() => concat(of('hi\n'), NEVER)))

  shows(
    'waits',
    `
    source  -a-----|
    subs    ^------!
    client  -D-h----
    server  ---g----
    result  --------`,
  )
  shows(
    'a refusal in mid-message: the connection is dropped',
    `
    source      -a-------|
    subs        ^----!
    client      -D-h-|----
    server      ---g-l----
    result      -----#----  refused
    connection  -----#----  refused`,
  )
  shows(
    '421 in mid-message',
    `
    source      -a-------|
    subs        ^----!
    client      -D-h-|----
    server      ---g-y----
    result      -----#----  service-closing
    connection  -----#----  service-closing`,
  )
  shows(
    'an acceptance in mid-message',
    `
    source      -a-------|
    subs        ^----!
    client      -D-h-|----
    server      ---g-o----
    result      -----#----  unsolicited-reply
    connection  -----#----  unsolicited-reply`,
  )
  shows(
    'early unsubscribe: nothing passes for the whole',
    `
    source      -a-------|
    subs        ^----!
    client      -D-h-|----
    server      ---g------
    leave       -----!----
    result      ----------
    connection  -----#----  aborted`,
  )
})

describe('data() of a message that fails', () => {
  const failing = concat(
    of('hi\n'),
    throwError(() => new Error('disk on fire')),
  )
  pictures(cast(() => failing))(
    'nothing passes for the whole',
    `
    source      -a-----|
    subs        ^--!
    client      -D-(h|)-
    server      ---g----
    result      ---#----  body-failed
    connection  ---#----  body-failed`,
  )
})

describe('data() of what is no message', () => {
  pictures(cast(() => 42 as never))(
    'nothing is written',
    `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  invalid-argument`,
  )
})
