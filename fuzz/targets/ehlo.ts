import { ok } from 'node:assert'
import { match, parse } from '../../src/grammar/ehlo.ts'
import { GrammarFailure } from '../../src/grammar/failure.ts'
import { extensions, type KnownKeyword } from '../../src/protocol/extensions.ts'
import { parseCapabilities } from '../../src/protocol/index.ts'
import { textOf } from '../expected.ts'
import type { Target } from '../target.ts'

/** Lines of an EHLO reply never fail: each is a keyword, or kept as malformed. */
export const ehlo: Target = {
  name: 'ehlo',
  words: [
    ...Object.keys(extensions),
    'AUTH=PLAIN LOGIN',
    ' 1000',
    'RCPTMAX=2',
    '__proto__',
    'imap://',
    '2026-01-01T00:00:00Z',
  ],
  run(octets) {
    const text = textOf(octets)
    const lines = text.split('\n')
    const capabilities = parseCapabilities({ lines })
    ok(capabilities.keywords.size + capabilities.malformed.length <= lines.length)
    for (const keyword of Object.keys(extensions) as KnownKeyword[]) {
      ok((capabilities.get(keyword) !== undefined) === capabilities.has(keyword), keyword)
    }
    for (const rule of ['EhloOkRsp', 'EhloLine'] as const) {
      ok((match(text, rule) === undefined) === fails(() => parse(text, rule)), `match and parse differ on ${rule}`)
    }
  },
}

/** Tells whether a grammar refuses. */
function fails(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch (error) {
    if (error instanceof GrammarFailure) return true
    throw error
  }
}
