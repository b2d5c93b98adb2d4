import type { LogsOptions } from './options.ts'

export async function follow(_options: LogsOptions, _stop: AbortSignal): Promise<number> {
  throw new Error('to be written')
}
