import { afterAll, beforeAll, describe, test } from 'vitest'
import { newAuthority } from '../helpers/certificates.ts'
import { inCi } from '../helpers/in-ci.ts'
import type { RealServer, ServerKind } from './real-server.ts'
import { aiosmtpd } from './servers/aiosmtpd.ts'
import { chasquid } from './servers/chasquid.ts'
import { dovecot } from './servers/dovecot.ts'
import { exim } from './servers/exim.ts'
import { opensmtpd } from './servers/opensmtpd.ts'
import { postfix } from './servers/postfix.ts'

export const kinds: readonly ServerKind[] = [postfix, exim, aiosmtpd, chasquid, opensmtpd]
export { aiosmtpd, chasquid, dovecot, exim, opensmtpd, postfix }

/**
 * Runs `tests` against a server that lives as long as they do. One that cannot be started here is shown as skipped,
 * with the reason; in CI that is a failure.
 */
export function describeServer<S extends RealServer>(kind: ServerKind<S>, tests: (server: () => S) => void): void {
  const reason = kind.missing()
  if (reason === undefined) {
    describe(kind.name, () => {
      let server: S | undefined
      beforeAll(async () => {
        server = await kind.start(await newAuthority())
      }, 30_000)
      afterAll(() => server?.stop(), 30_000)
      tests(() => {
        if (server === undefined) throw new Error(`${kind.name} is not running`)
        return server
      })
    })
  } else if (inCi()) {
    test(`${kind.name} can be started`, () => {
      throw new Error(reason)
    })
  } else {
    console.warn(`skipped: ${reason}`)
    describe.skip(`${kind.name} (skipped: ${reason})`, () => tests(neverRunning))
  }
}

function neverRunning(): never {
  throw new Error('skipped')
}
