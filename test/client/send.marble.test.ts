import { describe } from 'vitest'
import { send } from '../../src/index.ts'
import { itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { type Cast, pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  M: 'MAIL FROM:<ann@a.example>',
  R: 'RCPT TO:<bob@b.example>',
  S: 'RCPT TO:<sue@b.example>',
  D: 'DATA',
  B: 'BDAT 4 LAST',
  h: 'hi',
  d: '.',
  X: 'RSET',
  o: '250 ok',
  n: '550 no',
  g: '354 go',
  x: '354 what?',
}
const message = 'hi\r\n'
const cast = (to: readonly string[], ...offers: string[]): Cast<'ready', 'sent'> => ({
  operator: () => send({ from: 'ann@a.example', to, message }),
  from: 'ready',
  to: 'sent',
  offers,
  lines,
})
const bob = ['bob@b.example']
const both = [...bob, 'sue@b.example']

describe('send(), one command at a time', () => {
  const shows = pictures(cast(both))
  itWaitsForSessions(cast(both))

  shows(
    'one',
    `
    source  -a-----------------|
    subs    ^------------------!
    client  -M-R-S-D-(hd)-------
    server  ---o-o-o-g---o------
    result  -------------a-----|`,
  )
  shows(
    'some refused: the others get it',
    `
    source  -a-----------------|
    subs    ^------------------!
    client  -M-R-S-D-(hd)-------
    server  ---o-n-o-g---o------
    result  -------------a-----|`,
  )
  shows(
    'MAIL refused: there is nothing to reset',
    `
    source  -a-----|
    subs    ^--!
    client  -M------
    server  ---n----
    result  ---#----  refused`,
  )
  shows(
    'all refused: reset, then told',
    `
    source  -a----------|
    subs    ^--------!
    client  -M-R-S-X----
    server  ---o-n-n-o--
    result  ---------#--  recipients-refused`,
  )
  shows(
    'DATA refused: reset, then told',
    `
    source  -a-------------|
    subs    ^----------!
    client  -M-R-S-D-X------
    server  ---o-o-o-n-o----
    result  -----------#----  refused`,
  )
  shows(
    'the message refused: there is nothing to reset',
    `
    source  -a---------------|
    subs    ^------------!
    client  -M-R-S-D-(hd)-----
    server  ---o-o-o-g---n----
    result  -------------#----  refused`,
  )
  shows(
    'RSET refused: the session does not stay',
    `
    source      -a----------|
    subs        ^--------!
    client      -M-R-S-X-|--
    server      ---o-n-n-n--
    result      ---------#--  recipients-refused
    connection  ---------#--  connection-lost`,
  )
  shows(
    'an error of the connection',
    `
    source      -a--------|
    subs        ^----!
    client      -M-R-|-----
    server      ---o-|-----
    result      -----#-----  connection-lost
    connection  -----#-----  connection-lost`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a--------|
    subs        ^----!
    client      -M-R-|-----
    server      ---o---o---
    leave       -----!-----
    result      -----------
    connection  -----#-----  aborted`,
  )
})

describe('send(), the envelope in one piece', () => {
  const shows = pictures(cast(both, 'PIPELINING'))
  itWaitsForSessions(cast(both, 'PIPELINING'))

  shows(
    'one',
    `
    source  -a-------------------------|
    subs    ^--------------------------!
    client  -(MRSD)-------------(hd)----
    server  -------o--o--o------g------o
    result  ---------------------------(a|)`,
  )
  shows(
    'all refused',
    `
    source  -a------------------|
    subs    ^---------------!
    client  -(MRSD)------X-------
    server  -------o-n-n-n--o----
    result  ----------------#----  recipients-refused`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a--------------|
    subs        ^----------!
    client      -(MRSD)----|-----
    server      -------o-o----o--
    leave       -----------!-----
    result      -----------------
    connection  -----------#-----  aborted`,
  )
})

describe('send(), everything in one piece', () => {
  const shows = pictures(cast(bob, 'PIPELINING', 'CHUNKING'))
  itWaitsForSessions(cast(bob, 'PIPELINING', 'CHUNKING'))

  shows(
    'one',
    `
    source  -a--------------|
    subs    ^---------------!
    client  -(MRBh)----------
    server  -------o--o-o----
    result  ------------a---|`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)-------------------------|
    subs      ^-----------------------------!
    client    -(MRBh)------------------------
    server    -------o--o-o------------------
    client-b  ------------(MRBh)-------------
    server-b  -------------------o--o-o------
    result    ------------a-----------b-----|`,
  )
  shows(
    'a refusal of the message: reset, then told',
    `
    source  -a----------------|
    subs    ^-------------!
    client  -(MRBh)-----X------
    server  -------o--o-n-o----
    result  --------------#----  refused`,
  )
  shows(
    'a reply that BDAT does not have',
    `
    source      -a--------------|
    subs        ^-----------!
    client      -(MRBh)-----|----
    server      -------o--o-x----
    result      ------------#----  unexpected-reply
    connection  ------------#----  unexpected-reply`,
  )
  shows(
    'the connection breaks',
    `
    source      -a--------------|
    subs        ^-----------!
    client      -(MRBh)-----|----
    server      -------o--o-#----
    result      ------------#----  connection-lost
    connection  ------------#----  connection-lost`,
  )
})

describe('send() of what cannot be sent', () => {
  const told = (error: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${error}`
  pictures(cast(['bob']))('no mailbox', told('invalid-argument'))
  pictures(cast([]))('no recipient', told('invalid-argument'))
  pictures(cast(bob, 'SIZE 3'))('larger than SIZE', told('message-too-large'))
  pictures(cast(['jörg@b.example']))('no SMTPUTF8', told('not-offered'))
})
