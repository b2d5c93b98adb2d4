import type { JSX } from 'preact'
import { count, share, time } from '../src/cli/format.ts'
import type { ReportData } from '../src/cli/report/data.ts'
import type { RankedReply } from '../src/logs/summary/index.ts'
import { Bar, inWords, sum } from './outcomes.tsx'

/** Shows why mail was not delivered and what to do, with what the servers said. */
export function Reasons({ data }: { readonly data: ReportData }): JSX.Element {
  const { categories, replies } = data.overview
  const reasons = categories.rows.filter(({ key }) => key !== 'delivered')
  if (reasons.length === 0) return <p>Everything was delivered.</p>
  const whole = reasons.reduce((total, { outcomes }) => total + sum(outcomes), 0)
  const most = Math.max(...reasons.map(({ outcomes }) => sum(outcomes)))
  return (
    <div class="cards">
      {reasons.map(({ key, outcomes }) => (
        <Reason
          key={key}
          name={key}
          text={data.categories[key]}
          replies={replies.rows.filter(({ category }) => category === key)}
          head={
            <>
              <span class="figure">
                {count(sum(outcomes))} <small>{share(sum(outcomes), whole)}</small>
              </span>
              <Bar outcomes={outcomes} of={most} />
            </>
          }
        />
      ))}
    </div>
  )
}

interface ReasonProps {
  readonly name: string
  readonly text: { readonly summary: string; readonly advice: string } | undefined
  readonly replies: readonly RankedReply[]
  readonly head: JSX.Element
}

function Reason({ name, text, replies, head }: ReasonProps): JSX.Element {
  return (
    <article class="card">
      <header>
        <h3>{name}</h3>
        {head}
      </header>
      {text !== undefined && (
        <>
          <p>{text.summary}</p>
          <p class="advice">{text.advice}</p>
        </>
      )}
      {replies.length > 0 && (
        <details>
          <summary>
            What servers said <span class="hidden">about {name}</span> ({count(replies.length)})
          </summary>
          <Replies replies={replies} />
        </details>
      )}
    </article>
  )
}

/** Lists replies, each with a sample as it was written. */
export function Replies({ replies }: { readonly replies: readonly RankedReply[] }): JSX.Element {
  return (
    <ul class="replies">
      {replies.map(({ key, outcomes, sample, first, last }) => (
        <li key={key}>
          <q>
            <bdi>{sample ?? key}</bdi>
          </q>
          <small>
            {inWords(outcomes)}
            {typeof first === 'number' && `, ${time(first)}${first === last ? '' : ` to ${time(last)}`}`}
          </small>
        </li>
      ))}
    </ul>
  )
}
