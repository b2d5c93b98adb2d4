import { overview, type SummaryState } from '../../logs/summary/index.ts'
import { reportData } from '../report/build.ts'
import type { ReportData } from '../report/data.ts'
import { reportHtml } from '../report/html.ts'
import { serveReport } from '../report/serve.ts'
import { filterInWords } from './filter.ts'
import type { LogsOptions } from './options.ts'

/** Writes figures as a page of HTML. */
export function page(state: SummaryState, options: LogsOptions): string {
  return reportHtml(dataOf(state, options))
}

/** Shows figures as a page, as they are whenever somebody looks, until `stop` is aborted. */
export async function serve(state: () => SummaryState, options: LogsOptions, stop: AbortSignal): Promise<void> {
  await serveReport(
    () => dataOf(state(), options),
    options.port,
    stop,
    (url) => {
      process.stderr.write(`The report is at ${url} until you press Ctrl-C.\n`)
    },
  )
}

function dataOf(state: SummaryState, { files, filter, top, follow: live }: LogsOptions): ReportData {
  return reportData(overview(state, { top }), { sources: files, filters: filterInWords(filter), live })
}
