import type { EnhancedStatus } from '../../protocol/status.ts'
import { detached } from '../detached.ts'
import { Memo } from '../memo.ts'
import type { Classify, Verdict, VerdictContext } from './classify.ts'
import { hostOf, type Judge } from './judge.ts'

/** Characters of a text that is remembered: a whole letter does not come again. */
const longest = 2_048

/** Verdicts that are remembered for one text: by different servers, or at different steps. */
const variants = 8

/** A verdict with what was asked. */
interface Answer<C extends string> extends Asked {
  readonly verdict: Verdict<C>
}

/** All that a verdict depends on, beside the text. */
interface Asked extends Pick<VerdictContext, 'stage' | 'reason' | 'dsn' | 'disposition'> {
  readonly code: number | undefined
  readonly status: EnhancedStatus['code'] | undefined
  readonly host: string | undefined
}

/** Remembers so many verdicts, by text. */
export function remembered<C extends string>(judge: Judge<C>, size: number): Classify<C> {
  const known = new Memo<readonly Answer<C>[]>(size)
  return (subject, context = nothing) => {
    const text = typeof subject === 'object' ? subject.text : (subject ?? '')
    const [code, status] = typeof subject === 'object' ? [subject.code, subject.enhanced?.code] : []
    const host = hostOf(context)
    const answers = known.get(text)
    const answer = answers?.find(
      (each) => each.code === code && each.status === status && each.host === host && isSame(each, context),
    )
    if (answer !== undefined) return answer.verdict
    const verdict = judge(subject, context)
    if (text.length > longest) return verdict
    const { stage, reason, dsn, disposition } = context
    // Written out, since spreading would take as long as judging.
    const latest = {
      code,
      status,
      host: host && detached(host),
      stage,
      reason,
      dsn: dsn && detached(dsn),
      disposition,
      verdict,
    }
    known.set(text, answers === undefined ? [latest] : [latest, ...answers.slice(0, variants - 1)])
    return verdict
  }
}

const nothing: VerdictContext = Object.freeze({})

function isSame(one: VerdictContext, other: VerdictContext): boolean {
  return (
    one.stage === other.stage &&
    one.reason === other.reason &&
    one.dsn === other.dsn &&
    one.disposition === other.disposition
  )
}
