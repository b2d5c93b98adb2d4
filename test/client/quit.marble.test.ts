import { describe } from 'vitest'
import { quit } from '../../src/index.ts'
import { itWaitsForSessions } from '../helpers/checklist.ts'
import { nothingLeftBehind } from '../helpers/conversation.ts'
import { pictures } from '../helpers/marbles.ts'

nothingLeftBehind()

const lines = { Q: 'QUIT', b: '221 bye', n: '500 no', x: '354 what?', y: '421 bye', m: 'what?' }

describe.each(['connected', 'ready', 'mail', 'rcpt', 'sent'] as const)('quit() in phase %s', (from) => {
  const cast = { operator: quit, from, to: 'closed', lines } as const
  const shows = pictures(cast)
  itWaitsForSessions(cast)

  shows(
    'one',
    `
    source      -a-----|
    subs        ^------!
    client      -Q-|----
    server      ---b----
    result      ---a---|
    connection  ---|----`,
  )
  shows(
    'many, one after the other',
    `
    source        -(ab)-----|
    subs          ^---------!
    client        -Q-|-------
    server        ---b-------
    connection    ---|-------
    client-b      ---Q--|----
    server-b      ------b----
    connection-b  ------|----
    result        ---a--b---|`,
  )
  shows(
    'an error of the source behind it',
    `
    source      -a-----#  broken
    subs        ^------!
    client      -Q-|----
    server      ---b----
    result      ---a---#  broken
    connection  ---|----`,
  )
  shows(
    'early unsubscribe: the connection is dropped, and that is no fault',
    `
    source      -a-----|
    subs        ^--!
    client      -Q-|----
    leave       ---!----
    server      -----b--
    result      --------
    connection  ---|----`,
  )
})

describe('quit(), whatever the server answers', () => {
  const shows = pictures({ operator: quit, from: 'sent', to: 'closed', lines })
  for (const [title, answer] of [
    ['a refusal', 'n'],
    ['a reply that QUIT does not have', 'x'],
    ['421', 'y'],
    ['what is no reply', 'm'],
    ['nothing but a close', '|'],
    ['nothing but a reset', '#'],
  ] as const) {
    shows(
      title,
      `
      source      -a-----|
      subs        ^------!
      client      -Q-|----
      server      ---${answer}----
      result      ---a---|
      connection  ---|----`,
    )
  }
})
