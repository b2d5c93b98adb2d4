import { Readable } from 'node:stream'
import type { Observable } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import { follow, type LogReadError, readLog } from '../../src/adapters/node/logs/index.ts'
import { type LogRecord, lines, parseLog } from '../../src/logs/index.ts'

declare const bytes: Uint8Array
declare const texts: AsyncIterable<string>

describe('logs in files', () => {
  it('readLog', () => {
    expectTypeOf(readLog('mail.log')).toEqualTypeOf<Observable<Uint8Array>>()
    readLog(new URL('file:///var/log/mail.log'), { signal: AbortSignal.timeout(1_000), ready: () => Promise.resolve() })
    readLog(Readable.from([bytes]), { onProgress: ({ bytes, size = 0 }) => bytes / size })
    // @ts-expect-error text is no bytes
    readLog(texts)
  })

  it('follow', () => {
    expectTypeOf(follow('mail.log', { from: 'start', pollInterval: 100 })).toEqualTypeOf<Observable<Uint8Array>>()
    // @ts-expect-error there are two places to begin
    follow('mail.log', { from: 'middle' })
  })

  it('leads to records', () => {
    expectTypeOf(readLog('-').pipe(lines(), parseLog())).toEqualTypeOf<Observable<readonly LogRecord[]>>()
    expectTypeOf<LogReadError['code']>().toEqualTypeOf<'truncated' | 'corrupt' | 'unsupported' | 'missing-package'>()
  })
})
