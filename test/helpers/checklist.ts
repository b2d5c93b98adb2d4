// The pictures that every operator has to look like.
import type { Phase, SmtpErrorCode } from '../../src/index.ts'
import { type Cast, pictures } from './marbles.ts'

/** Makes the tests of what all operators do with their source. */
export function itWaitsForSessions<From extends Phase, To extends Phase>(cast: Cast<From, To>): void {
  const shows = pictures(cast)
  shows(
    'never',
    `
    source  -------
    subs    ^------
    result  -------`,
  )
  shows(
    'empty',
    `
    source  ---|
    subs    ^--!
    result  ---|`,
  )
  shows(
    'an error of the source',
    `
    source  ---#  broken
    subs    ^--!
    result  ---#  broken`,
  )
  shows(
    'early unsubscribe, before a session',
    `
    source  -----a--|
    subs    ^--!
    leave   ---!
    result  --------`,
  )
}

/**
 * Makes the tests of an operator that writes one command, `C`, and waits for its reply: `o` is a good one, `n` a refusal,
 * and `x` one that the command does not have. `refusal` is the code of the error for `n`.
 */
export function itAsksOnce<From extends Phase, To extends Phase>(
  cast: Cast<From, To> & { readonly refusal?: SmtpErrorCode },
): void {
  const { refusal = 'refused' } = cast
  const shows = pictures(cast)
  itWaitsForSessions(cast)
  shows(
    'one',
    `
    source  -a-----|
    subs    ^------!
    client  -C------
    server  ---o----
    result  ---a---|`,
  )
  shows(
    'one, whose source completes before the reply',
    `
    source  -a|
    subs    ^-!
    client  -C------
    server  -----o--
    result  -----(a|)`,
  )
  shows(
    'many, one after the other',
    `
    source    -(ab)-----|
    subs      ^---------!
    client    -C---------
    server    ---o-------
    client-b  ---C-------
    server-b  ------o----
    result    ---a--b---|`,
  )
  shows(
    'a refusal: the session stays',
    `
    source  -a-----|
    subs    ^--!
    client  -C------
    server  ---n----
    result  ---#----  ${refusal}`,
  )
  shows(
    'a reply that RCPT does not have',
    `
    source      -a-----|
    subs        ^--!
    client      -C-|----
    server      ---x----
    result      ---#----  unexpected-reply
    connection  ---#----  unexpected-reply`,
  )
  shows(
    'an error of the connection',
    `
    source      -a-----|
    subs        ^--!
    client      -C-|----
    server      ---#----
    result      ---#----  connection-lost
    connection  ---#----  connection-lost`,
  )
  shows(
    'early unsubscribe: the connection is dropped',
    `
    source      -a-----|
    subs        ^--!
    client      -C-|----
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
    client  -C------
    server  ---o----
    leave   -----!--
    result  ---a----`,
  )
}
