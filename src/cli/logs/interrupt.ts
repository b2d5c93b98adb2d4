import { exitCodes } from '../failure.ts'

/** Aborts at the first interrupt, so that what was read so far can be shown; at the second the process ends. */
export function interrupts(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted)
      controller.abort()
    })
  }
  return controller.signal
}
