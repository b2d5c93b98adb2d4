import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import { count, duration, time } from '../src/cli/format.ts'
import type { Outcomes } from '../src/logs/summary/outcomes.ts'
import type { TimelineFigures, TimelinePoint } from '../src/logs/summary/overview.ts'
import { axis, barPaths, Chart } from './chart.tsx'
import { sum, ways } from './outcomes.tsx'
import { type Palette, usePalette } from './palette.ts'

/** Shows what happened when: a bar for each stretch of time, and the length of the queue below. */
export function Timeline({ timeline }: { readonly timeline: TimelineFigures }): JSX.Element {
  const { width, points } = timeline
  const palette = usePalette()
  const data = useMemo(() => stacked(points), [points])
  const options = useMemo(() => barOptions(points, width, palette), [points, width, palette])
  const hasQueue = points.some(({ queue }) => typeof queue === 'number')
  if (points.length === 0) return <p>The log has no times.</p>
  const busiest = points.reduce((most, point) => (sum(point) > sum(most) ? point : most))
  return (
    <>
      <Chart
        label={`Outcomes every ${duration(width / 1000)}; most at ${time(busiest.time)}: ${count(sum(busiest))}. The table below has all figures.`}
        height={260}
        data={data}
        options={options}
      />
      {hasQueue && <Queue points={points} palette={palette} />}
      <details>
        <summary>Time line as a table</summary>
        <TimeTable points={points} hasQueue={hasQueue} />
      </details>
    </>
  )
}

function Queue({
  points,
  palette,
}: {
  readonly points: readonly TimelinePoint[]
  readonly palette: Palette
}): JSX.Element {
  const data = useMemo(
    (): uPlot.AlignedData => [points.map((point) => point.time / 1000), points.map(({ queue }) => queue ?? null)],
    [points],
  )
  const latest = points.at(-1)?.queue ?? 0
  const options = useMemo(() => queueOptions(palette, latest), [palette, latest])
  const most = Math.max(...points.map(({ queue }) => queue ?? 0))
  return (
    <>
      <h3>Messages in the queue</h3>
      <Chart
        label={`Messages in the queue, ${count(most)} at most. The table below has all figures.`}
        height={120}
        data={data}
        options={options}
      />
    </>
  )
}

interface TableProps {
  readonly points: readonly TimelinePoint[]
  readonly hasQueue: boolean
}

// A table of many hundred rows helps nobody.
const longestTable = 200

function TimeTable({ points, hasQueue }: TableProps): JSX.Element {
  const busy = points.filter((point) => sum(point) > 0)
  const total = totalOf(points)
  const columns = ways.filter(([way]) => total[way] > 0)
  return (
    <>
      <table class="compact">
        <thead>
          <tr>
            <th scope="col">From</th>
            {columns.map(([way, name]) => (
              <th key={way} scope="col" class="number">
                {name}
              </th>
            ))}
            {hasQueue && (
              <th scope="col" class="number wide">
                Queue
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {busy.slice(0, longestTable).map((point) => (
            <tr key={point.time}>
              <th scope="row">{time(point.time)}</th>
              {columns.map(([way]) => (
                <td key={way} class="number">
                  {count(point[way])}
                </td>
              ))}
              {hasQueue && <td class="number wide">{count(point.queue ?? 0)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {busy.length > longestTable && <p>These are the first {longestTable} rows.</p>}
    </>
  )
}

function totalOf(points: readonly TimelinePoint[]): Outcomes {
  const total: Outcomes = { delivered: 0, deferred: 0, failed: 0, expired: 0, rejected: 0 }
  for (const point of points) for (const [way] of ways) total[way] += point[way]
  return total
}

/** Gives sums from below, the largest first, so that each bar is drawn over the ones behind. */
function stacked(points: readonly TimelinePoint[]): uPlot.AlignedData {
  const total = totalOf(points)
  const sums = drawn
    .filter(([way]) => total[way] > 0)
    .map(([way]) => {
      const below = ways.slice(0, ways.findIndex(([one]) => one === way) + 1)
      return points.map((point) => below.reduce((height, [one]) => height + point[one], 0))
    })
  return [points.map((point) => point.time / 1000), ...sums]
}

const drawn = [...ways].reverse()

function barOptions(
  points: readonly TimelinePoint[],
  width: number,
  palette: Palette,
): Omit<uPlot.Options, 'width' | 'height'> {
  const total = totalOf(points)
  const series = drawn
    .filter(([way]) => total[way] > 0)
    .map(([way, name]): uPlot.Series => {
      return {
        label: name,
        fill: palette[way],
        width: 0,
        points: { show: false },
        ...barPaths({ size: [0.92, 60], align: 1 }),
        // What is drawn is a sum.
        value: (_plot, _value, _series, index) => count((index === null ? total : (points[index] ?? total))[way]),
      }
    })
  const [first, last] = [points[0]?.time ?? 0, points.at(-1)?.time ?? 0]
  return {
    series: [{ value: (_plot, seconds) => (seconds === null ? 'all' : time(seconds * 1000)) }, ...series],
    scales: {
      x: { range: [first / 1000, (last + width) / 1000] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: [
      axis(palette.text, palette.grid, { grid: { show: false }, values: timeLabels }),
      axis(palette.text, palette.grid, { size: 52, incrs: wholeSteps, values: (_plot, values) => values.map(short) }),
    ],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    legend: { live: true, markers: { width: 0 } },
  }
}

function queueOptions(palette: Palette, latest: number): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    series: [
      { value: (_plot, seconds) => (seconds === null ? 'at the end' : time(seconds * 1000)) },
      {
        label: 'Queue',
        stroke: palette.line,
        width: 2,
        fill: `${palette.line}22`,
        points: { show: false },
        value: (_plot, value) => count(value ?? latest),
      },
    ],
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      axis(palette.text, palette.grid, { grid: { show: false }, values: timeLabels }),
      axis(palette.text, palette.grid, { size: 52, incrs: wholeSteps, values: (_plot, values) => values.map(short) }),
    ],
    cursor: { y: false, drag: { x: false, y: false } },
  }
}

const wholeSteps = [1, 2, 5]
  .flatMap((step) => [0, 1, 2, 3, 4, 5, 6, 7].map((power) => step * 10 ** power))
  .sort((a, b) => a - b)

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** Labels of a time axis: the clock within a day, the day where one begins. */
function timeLabels(_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000)
    const startsDay = date.getHours() === 0 && date.getMinutes() === 0
    return step >= 86_400 || startsDay ? day.format(date) : clock.format(date)
  })
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(1))}M`
  return value >= 10_000 ? `${Number((value / 1e3).toFixed(1))}k` : count(value)
}
