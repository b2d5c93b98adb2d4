import { describe, expectTypeOf, it } from 'vitest'
import { type BouncedRecipient, parseBounce } from '../../src/logs/bounce/index.ts'
import {
  type CategoryEntry,
  type Classify,
  classifier,
  classify,
  explainVerdict,
  type LoggedReply,
  type Verdict,
  type VerdictCategory,
} from '../../src/logs/index.ts'

declare const reply: LoggedReply
declare const moon: CategoryEntry

describe('a verdict', () => {
  it('has a category out of the table', () => {
    expectTypeOf(classify(reply)).toEqualTypeOf<Verdict>()
    expectTypeOf(classify('550').category).toEqualTypeOf<VerdictCategory>()
    expectTypeOf(classifier()).toEqualTypeOf<Classify>()
  })

  it('has categories of one’s own, and no others', () => {
    const judge = classifier({
      categories: { moon },
      rules: [{ name: 'moon', category: 'moon', phrases: ['moon'], why: 'So.', example: '451 moon' }],
    })
    expectTypeOf(judge('451 moon').category).toEqualTypeOf<VerdictCategory | 'moon'>()
    expectTypeOf(explainVerdict<'moon'>).toBeCallableWith(judge(''), { moon })
    // @ts-expect-error a category that nobody declared
    classifier({ rules: [{ name: 'sun', category: 'sun', phrases: ['sun'], why: 'So.', example: '451 sun' }] })
  })

  it('cannot be changed', () => {
    // @ts-expect-error it is read-only
    classify('550').severity = 'soft'
  })
})

describe('a bounce', () => {
  it('has a verdict for each recipient', async () => {
    const { recipients } = await parseBounce('')
    expectTypeOf(recipients).toEqualTypeOf<readonly BouncedRecipient[]>()
    expectTypeOf<BouncedRecipient['verdict']>().toEqualTypeOf<Verdict>()
  })
})
