import type { ComponentChildren, JSX } from 'preact'
import { count, duration, octets, share, time, zone } from '../src/cli/format.ts'
import type { ReportData } from '../src/cli/report/data.ts'
import type { Ranked } from '../src/logs/summary/index.ts'
import { Delays } from './delays.tsx'
import { Domains, Shares } from './domains.tsx'
import { sum } from './outcomes.tsx'
import { Reasons, Replies } from './reasons.tsx'
import { Timeline } from './timeline.tsx'

/** The whole report. */
export function Page({ data }: { readonly data: ReportData }): JSX.Element {
  const { overview, delayBounds, codes } = data
  const { clients, enhanced, ownReplies, relays, tls, unparsed } = overview
  return (
    <>
      <a class="skip" href="#main">
        Skip to the figures
      </a>
      <Head data={data} />
      <main id="main">
        <Tiles data={data} />
        <Section id="timeline" title="Time line">
          <Timeline timeline={overview.timeline} />
        </Section>
        <Section id="reasons" title="Why mail was not delivered">
          <Reasons data={data} />
        </Section>
        <Section id="domains" title="Domains">
          <Domains data={data} />
        </Section>
        <Section id="delays" title="How long delivery took">
          <Delays delays={overview.delays} bounds={delayBounds} />
        </Section>
        <div class="columns">
          <Section id="codes" title="Status codes">
            <Shares
              rows={enhanced.rows.slice(0, shown)}
              name={(code) => [code, codes[code]].filter(Boolean).join(' ')}
            />
          </Section>
          <Section id="relays" title="Relays">
            <Shares rows={relays.rows.slice(0, shown)} />
          </Section>
          {tls.rows.length > 0 && (
            <Section id="tls" title="TLS">
              <Shares rows={tls.rows} name={(key) => key || 'the log does not say'} />
            </Section>
          )}
          {clients.rows.length > 0 && (
            <Section id="clients" title="Clients refused here">
              <Shares rows={clients.rows.slice(0, shown)} />
            </Section>
          )}
        </div>
        {ownReplies.rows.length > 0 && (
          <Section id="refused" title="What this server refused">
            <Replies replies={ownReplies.rows} />
          </Section>
        )}
        {unparsed.length > 0 && (
          <Section id="unparsed" title="Lines that were not understood">
            <ul class="replies">
              {unparsed.map(({ program, count: lines, samples }) => (
                <li key={program}>
                  <strong>
                    <bdi>{program || '(no program)'}</bdi>
                  </strong>{' '}
                  {count(lines)}
                  {samples.map((sample) => (
                    <q key={sample}>
                      <bdi>{sample}</bdi>
                    </q>
                  ))}
                </li>
              ))}
            </ul>
          </Section>
        )}
      </main>
      <footer>
        <p>
          Made by {data.generator}, {time(data.generated)} {zone(data.generated)}. Charts by uPlot, page by Preact (both
          MIT licence). This file loads nothing from anywhere.
        </p>
      </footer>
    </>
  )
}

// Rows of the lists beside each other.
const shown = 10

function Head({ data }: { readonly data: ReportData }): JSX.Element {
  const { counts } = data.overview
  return (
    <header class="head">
      <div>
        <h1>Mail report</h1>
        <p>
          {time(counts.first)} to {time(counts.last)} {typeof counts.first === 'number' && zone(counts.first)}
        </p>
        <p class="sources">
          <bdi>{data.sources.join(', ')}</bdi>
          {data.filters.length > 0 && ` – ${data.filters.join(', ')}`}
        </p>
        {data.live && (
          <p class="live" role="status">
            <span class="dot" /> following the log
          </p>
        )}
      </div>
      <nav aria-label="Parts of the report">
        <a href="#timeline">Time line</a>
        <a href="#reasons">Reasons</a>
        <a href="#domains">Domains</a>
        <a href="#delays">Delays</a>
        <a href="#codes">Codes</a>
      </nav>
    </header>
  )
}

function Section({
  id,
  title,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <section class="panel" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  )
}

function Tiles({ data }: { readonly data: ReportData }): JSX.Element {
  const { counts, outcomes, delays, tls } = data.overview
  const all = sum(outcomes) - outcomes.rejected
  const tiles: readonly (readonly [name: string, value: string, more: string, style?: string])[] = [
    ['Delivered', count(outcomes.delivered), share(outcomes.delivered, all), 'delivered'],
    ['Deferred', count(outcomes.deferred), `${share(outcomes.deferred, all)} of attempts`, 'deferred'],
    ['Failed', count(outcomes.failed), share(outcomes.failed, all), 'failed'],
    ...(outcomes.expired > 0
      ? ([['Expired', count(outcomes.expired), share(outcomes.expired, all), 'expired']] as const)
      : []),
    ...(outcomes.rejected > 0 ? ([['Refused here', count(outcomes.rejected), 'of clients', 'rejected']] as const) : []),
    ['Half within', duration(delays.total.median), `95 % within ${duration(delays.total.p95)}`],
    ...(counts.messages > 0
      ? ([['Messages', count(counts.messages), counts.octets > 0 ? octets(counts.octets) : 'in the queue']] as const)
      : []),
    ...(tls.rows.some(({ key }) => key !== '')
      ? ([['Over TLS', encrypted(tls.rows), 'of deliveries to others']] as const)
      : []),
  ]
  return (
    <dl class="tiles">
      {tiles.map(([name, value, more, style = 'plain']) => (
        <div key={name} class={`tile ${style}`}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong> <small>{more}</small>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Gives the share of deliveries over TLS among those of which the log tells. */
function encrypted(rows: readonly Ranked[]): string {
  const known = rows.filter(({ key }) => key !== '')
  const all = known.reduce((total, { outcomes }) => total + outcomes.delivered, 0)
  const plain = known.find(({ key }) => key === 'none')?.outcomes.delivered ?? 0
  return share(all - plain, all)
}
