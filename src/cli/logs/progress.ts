import type { SingleBar } from 'cli-progress'
import { duration, octets } from '../format.ts'

/** Shows how far the work has come. */
export interface Progress {
  /** Tells how many octets of all files have been read. */
  read(bytes: number): void
  stop(): void
}

/** Shows a bar on standard error, if that is a terminal and somebody wants to see it. */
export async function progressOf(total: number, isWanted: boolean): Promise<Progress> {
  if (!isWanted || !process.stderr.isTTY || total === 0) return { read() {}, stop() {} }
  const { default: progress } = await import('cli-progress')
  const bar = new progress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: formatBar,
  })
  bar.start(total, 0)
  return { read: (bytes) => bar.update(bytes), stop: () => stopped(bar) }
}

function stopped(bar: SingleBar): void {
  bar.stop()
}

function formatBar(_options: unknown, { value, total, startTime }: BarState): string {
  const seconds = (Date.now() - startTime) / 1_000
  const rate = seconds > 0 ? value / seconds : 0
  const done = total > 0 ? value / total : 1
  const filled = Math.round(done * barWidth)
  const left = rate > 0 ? (total - value) / rate : undefined
  return [
    `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`,
    `${Math.floor(done * 100)} %`,
    `${octets(value)} of ${octets(total)}`,
    `${octets(rate)}/s`,
    left === undefined ? '' : `${duration(left)} left`,
  ].join('  ')
}

const barWidth = 24

interface BarState {
  readonly value: number
  readonly total: number
  readonly startTime: number
}
