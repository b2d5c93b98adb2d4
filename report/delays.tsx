import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import { count, duration, share } from '../src/cli/format.ts'
import type { DelayFigures, DelayName } from '../src/logs/summary/index.ts'
import { axis, barPaths, Chart } from './chart.tsx'
import { type Palette, usePalette } from './palette.ts'

/** Shows how long delivered mail took, as a whole and stage by stage. */
export function Delays({
  delays,
  bounds,
}: {
  readonly delays: Readonly<Record<DelayName, DelayFigures>>
  readonly bounds: readonly number[]
}): JSX.Element {
  const { total } = delays
  if (total.count === 0) return <p>The log tells no delays.</p>
  return (
    <>
      <p>
        Half of the mail was delivered within <strong>{duration(total.median)}</strong>, 95 % within{' '}
        <strong>{duration(total.p95)}</strong>.
      </p>
      <Distribution figures={total} bounds={bounds} />
      <Stages delays={delays} />
      <details>
        <summary>Distribution as a table</summary>
        <DistributionTable figures={total} bounds={bounds} />
      </details>
    </>
  )
}

interface DistributionProps {
  readonly figures: DelayFigures
  readonly bounds: readonly number[]
}

function Distribution({ figures, bounds }: DistributionProps): JSX.Element {
  const palette = usePalette()
  const { histogram, count: whole } = figures
  const data = useMemo((): uPlot.AlignedData => [histogram.map((_, at) => at), [...histogram]], [histogram])
  const options = useMemo(() => barOptions(palette, histogram, bounds, whole), [palette, histogram, bounds, whole])
  return (
    <Chart
      label={`How long ${count(whole)} deliveries took: half within ${duration(figures.median)}, 99 % within ${duration(figures.p99)}. The table below has all figures.`}
      height={200}
      data={data}
      options={options}
    />
  )
}

function barOptions(
  palette: Palette,
  histogram: readonly number[],
  bounds: readonly number[],
  whole: number,
): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    series: [
      { label: 'Took', value: (_plot, at) => (at === null ? 'any time' : stretch(bounds, at)) },
      {
        label: 'Deliveries',
        fill: palette.delivered,
        width: 0,
        points: { show: false },
        ...barPaths({ size: [0.86, 120] }),
        value: (_plot, value) => (value === null ? count(whole) : `${count(value)} (${share(value, whole)})`),
      },
    ],
    scales: {
      x: { time: false, range: [-0.6, histogram.length - 0.4] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: [
      axis(palette.text, palette.grid, {
        grid: { show: false },
        // A label for each bar where there is room, for every second or third where there is not.
        splits: (plot) => histogram.map((_, at) => at).filter((at) => at % Math.ceil(760 / plot.width) === 0),
        values: (_plot, splits) => splits.map((at) => edge(bounds, at)),
      }),
      axis(palette.text, palette.grid, {
        size: 52,
        values: (_plot, values) => values.map((value) => share(value, whole)),
      }),
    ],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    legend: { live: true, markers: { width: 0 } },
  }
}

function edge(bounds: readonly number[], at: number): string {
  const bound = bounds[at]
  return bound === undefined ? 'more' : `≤ ${duration(bound)}`
}

function stretch(bounds: readonly number[], at: number): string {
  const [from, to] = [bounds[at - 1], bounds[at]]
  if (to === undefined) return `more than ${duration(from)}`
  return from === undefined ? `up to ${duration(to)}` : `${duration(from)} to ${duration(to)}`
}

const stages: readonly (readonly [name: DelayName, title: string])[] = [
  ['total', 'In all'],
  ['beforeQueue', 'Before the queue'],
  ['inQueue', 'In the queue'],
  ['connecting', 'Connecting (DNS, HELO, TLS)'],
  ['transmitting', 'Transmitting'],
]

function Stages({ delays }: { readonly delays: Readonly<Record<DelayName, DelayFigures>> }): JSX.Element {
  return (
    <table class="compact">
      <caption class="hidden">Delays by stage</caption>
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col" class="number">
            Half within
          </th>
          <th scope="col" class="number wide">
            90 %
          </th>
          <th scope="col" class="number">
            95 %
          </th>
          <th scope="col" class="number wide">
            99 %
          </th>
          <th scope="col" class="number">
            Longest
          </th>
        </tr>
      </thead>
      <tbody>
        {stages
          .filter(([name]) => delays[name].count > 0)
          .map(([name, title]) => (
            <tr key={name}>
              <th scope="row">{title}</th>
              <td class="number">{duration(delays[name].median)}</td>
              <td class="number wide">{duration(delays[name].p90)}</td>
              <td class="number">{duration(delays[name].p95)}</td>
              <td class="number wide">{duration(delays[name].p99)}</td>
              <td class="number">{duration(delays[name].max)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}

function DistributionTable({ figures: { histogram, count: whole }, bounds }: DistributionProps): JSX.Element {
  return (
    <table class="compact">
      <thead>
        <tr>
          <th scope="col">Took</th>
          <th scope="col" class="number">
            Deliveries
          </th>
          <th scope="col" class="number">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {histogram.map((value, at) => (
          <tr key={at}>
            <th scope="row">{stretch(bounds, at)}</th>
            <td class="number">{count(value)}</td>
            <td class="number">{share(value, whole)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
