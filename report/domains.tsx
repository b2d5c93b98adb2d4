import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { count, duration, share } from '../src/cli/format.ts'
import type { ReportData } from '../src/cli/report/data.ts'
import type { Ranked, RankedDomain, RankedReply } from '../src/logs/summary/index.ts'
import { Bar, Legend, sum } from './outcomes.tsx'
import { Replies } from './reasons.tsx'

/** Shows the domains of recipients, each with its relays, reasons and replies behind a button. */
export function Domains({ data }: { readonly data: ReportData }): JSX.Element {
  const { domains, replies } = data.overview
  const [order, setOrder] = useState<Order>('all')
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const rows = domains.rows
    .filter(({ key }) => key.includes(search.toLowerCase()))
    .sort((a, b) => orders[order](b) - orders[order](a))
  const toggle = (key: string): void =>
    setOpen(open.has(key) ? new Set([...open].filter((one) => one !== key)) : new Set([...open, key]))
  return (
    <>
      <div class="tools">
        <label>
          Find <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
        </label>
        <Legend outcomes={data.overview.outcomes} />
      </div>
      <table class="domains">
        <caption class="hidden">Domains of recipients</caption>
        <thead>
          <tr>
            <th scope="col">Domain</th>
            <th scope="col" class="wide outcomes">
              Outcomes
            </th>
            {columns.map(([column, title, style]) => (
              <th
                key={column}
                scope="col"
                class={`number ${style}`}
                aria-sort={order === column ? 'descending' : 'none'}
              >
                <button type="button" onClick={() => setOrder(column)}>
                  {title}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.flatMap((domain) => [
            <DomainLine
              key={domain.key}
              domain={domain}
              isOpen={open.has(domain.key)}
              toggle={() => toggle(domain.key)}
            />,
            open.has(domain.key) && (
              <tr key={`${domain.key} more`} class="more" id={idOf(domain)}>
                <td colSpan={columns.length + 2}>
                  <DomainDetails domain={domain} replies={replies.rows} data={data} />
                </td>
              </tr>
            ),
          ])}
        </tbody>
      </table>
      {rows.length === 0 && <p>No such domain.</p>}
      {domains.others > 0 && (
        <p>
          {count(domains.others)} more with {count(sum(domains.other))} recipients.
        </p>
      )}
    </>
  )
}

type Order = 'all' | 'delivered' | 'problems' | 'median' | 'p95'

const columns: readonly (readonly [Order, title: string, style: string])[] = [
  ['all', 'All', ''],
  ['delivered', 'Delivered', ''],
  ['problems', 'Not', 'wide'],
  ['median', 'Half within', 'wide'],
  ['p95', '95 % within', 'wide'],
]

const orders: Readonly<Record<Order, (domain: RankedDomain) => number>> = {
  all: ({ outcomes }) => sum(outcomes),
  delivered: ({ outcomes }) => outcomes.delivered / sum(outcomes),
  problems: ({ outcomes }) => sum(outcomes) - outcomes.delivered,
  median: ({ delays }) => delays.median ?? -1,
  p95: ({ delays }) => delays.p95 ?? -1,
}

interface LineProps {
  readonly domain: RankedDomain
  readonly isOpen: boolean
  readonly toggle: () => void
}

function DomainLine({ domain, isOpen, toggle }: LineProps): JSX.Element {
  const { key, outcomes, delays } = domain
  const all = sum(outcomes)
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="open"
          aria-expanded={isOpen}
          aria-controls={isOpen ? idOf(domain) : undefined}
          onClick={toggle}
        >
          <bdi>{key || '(none)'}</bdi>
        </button>
      </th>
      <td class="wide">
        <Bar outcomes={outcomes} />
      </td>
      <td class="number">{count(all)}</td>
      <td class="number">{share(outcomes.delivered, all)}</td>
      <td class="number wide">{count(all - outcomes.delivered)}</td>
      <td class="number wide">{duration(delays.median)}</td>
      <td class="number wide">{duration(delays.p95)}</td>
    </tr>
  )
}

function idOf({ key }: RankedDomain): string {
  return `domain-${[...key].map((letter) => letter.codePointAt(0)?.toString(36)).join('-')}`
}

interface DetailsProps {
  readonly domain: RankedDomain
  readonly replies: readonly RankedReply[]
  readonly data: ReportData
}

function DomainDetails({ domain, replies, data }: DetailsProps): JSX.Element {
  const { outcomes, delays, categories, relays } = domain
  const reasons = categories.filter(({ key }) => key !== 'delivered')
  const said = domain.replies.map((row): RankedReply => {
    const { sample } = replies.find(({ key }) => key === row.key) ?? {}
    return { ...row, first: undefined, last: undefined, ...(sample === undefined ? {} : { sample }) }
  })
  return (
    <div class="details">
      <section>
        <h3>Outcomes</h3>
        <Bar outcomes={outcomes} />
        <Legend outcomes={outcomes} />
        {delays.count > 0 && (
          <p>
            Half within {duration(delays.median)}, 95 % within {duration(delays.p95)}, all within {duration(delays.max)}
            .
          </p>
        )}
      </section>
      <section>
        <h3>Relays</h3>
        <Shares rows={relays} />
      </section>
      {reasons.length > 0 && (
        <section class="full">
          <h3>Why not</h3>
          <ul class="reasons">
            {reasons.map(({ key, outcomes: some }) => (
              <li key={key}>
                <strong>{key}</strong> {count(sum(some))} {data.categories[key]?.advice}
              </li>
            ))}
          </ul>
        </section>
      )}
      {said.length > 0 && (
        <section class="full">
          <h3>What servers said</h3>
          <Replies replies={said} />
        </section>
      )}
    </div>
  )
}

/** Lists keys with bars whose lengths are their shares. */
export function Shares({
  rows,
  name = same,
}: {
  readonly rows: readonly Ranked[]
  readonly name?: (key: string) => string
}): JSX.Element {
  const most = Math.max(...rows.map(({ outcomes }) => sum(outcomes)))
  return (
    <ul class="shares">
      {rows.map(({ key, outcomes }) => (
        <li key={key}>
          <bdi>{name(key) || '(none)'}</bdi>
          <span>{count(sum(outcomes))}</span>
          <Bar outcomes={outcomes} of={most} />
        </li>
      ))}
    </ul>
  )
}

function same(key: string): string {
  return key
}
