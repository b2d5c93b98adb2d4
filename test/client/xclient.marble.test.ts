import { describe } from 'vitest'
import { xclient } from '../../src/index.ts'
import { itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = {
  X: 'XCLIENT NAME=client.example',
  E: 'EHLO localhost',
  g: '220 mx.example',
  o: '250 mx.example',
  n: '550 no',
  l: '451 later',
  x: '354 what?',
}

describe.each(['ready', 'sent'] as const)('xclient() in phase %s', (from) => {
  const operator = (): ReturnType<typeof xclient> => xclient({ NAME: 'client.example' })
  const cast = { operator, offers: ['XCLIENT NAME'], from, to: 'ready', lines } as const
  const shows = pictures(cast)
  itWaitsForSessions(cast)
  shows(
    'one: EHLO is said again',
    `
    source  -a-------|
    subs    ^--------!
    client  -X-E------
    server  ---g-o----
    result  -----a---|`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)-------|
    subs      ^-----------!
    client    -X-E---------
    server    ---g-o-------
    client-b  -----X-E-----
    server-b  -------g-o---
    result    -----a---b--|`,
  )
  shows(
    'a refusal: the session stays',
    `
    source  -a-------|
    subs    ^--!
    client  -X--------
    server  ---n------
    result  ---#------  refused`,
  )
  shows(
    'a refused EHLO: the session stays',
    `
    source  -a-------|
    subs    ^----!
    client  -X-E------
    server  ---g-l----
    result  -----#----  refused`,
  )
  shows(
    'a reply that it does not have',
    `
    source      -a-------|
    subs        ^--!
    client      -X-|------
    server      ---x------
    result      ---#------  unexpected-reply
    connection  ---#------  unexpected-reply`,
  )
  shows(
    'an error of the connection between its commands',
    `
    source      -a-------|
    subs        ^----!
    client      -X-E-|----
    server      ---g-#----
    result      -----#----  connection-lost
    connection  -----#----  connection-lost`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a-------|
    subs        ^----!
    client      -X-E-|----
    server      ---g---o--
    leave       -----!----
    result      ----------
    connection  -----#----  aborted`,
  )
})

describe('xclient() where nothing is written', () => {
  const picture = (code: string): string => `
    source  -a--|
    subs    ^!
    client  -----
    result  -#---  ${code}`
  const cast = { from: 'ready', to: 'ready', lines } as const
  const operator = (): ReturnType<typeof xclient> => xclient({ NAME: 'client.example' })
  pictures({ ...cast, operator })('the server lacks it', picture('not-offered'))
  const offers = ['XCLIENT NAME']
  pictures({ ...cast, offers, operator: () => xclient({}) })('there is no attribute', picture('invalid-argument'))
})
