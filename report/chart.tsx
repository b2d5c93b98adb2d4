import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'

/** What a chart shows. */
export interface ChartProps {
  /** What is to be seen, for those who cannot see it. */
  readonly label: string
  readonly height: number
  readonly data: uPlot.AlignedData
  /** Everything but the size. */
  readonly options: Omit<uPlot.Options, 'width' | 'height'>
}

/** Draws a chart as wide as there is room. */
export function Chart({ label, height, data, options }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(null)
  useEffect(() => {
    const target = place.current
    if (target === null) return
    const plot = new uPlot({ ...options, width: target.clientWidth, height }, data, target)
    chart.current = plot
    const resized = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height }))
    resized.observe(target)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
    // A chart is drawn anew when its options change, and told when only its data do.
  }, [options, height])
  useEffect(() => chart.current?.setData(data), [data])
  return <div class="chart" role="img" aria-label={label} ref={place} />
}

/** The parts of the options that all charts share. */
export function axis(stroke: string, grid: string, more: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    stroke,
    font: '12px system-ui, sans-serif',
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    ...more,
  }
}

/** Makes a series one of bars. */
export function barPaths(options: uPlot.Series.BarsPathBuilderOpts): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.bars?.(options)
  return paths === undefined ? {} : { paths }
}
