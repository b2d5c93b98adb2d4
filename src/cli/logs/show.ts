import { overview, type Summary } from '../../logs/summary/index.ts'
import { jsonText } from '../json.ts'
import { reportData } from '../report/build.ts'
import type { ReportData } from '../report/data.ts'
import { reportHtml } from '../report/html.ts'
import { serveReport } from '../report/serve.ts'
import { paintFor, widthFor } from '../style.ts'
import { writerTo } from '../writer.ts'
import { figuresText } from './figures.ts'
import { filterInWords } from './filter.ts'
import type { LogsOptions } from './options.ts'

/** Shows figures in the form that was asked for. */
export async function show(summary: Summary, options: LogsOptions): Promise<void> {
  const { output, top } = options
  const text = async (): Promise<string> => {
    if (output.kind === 'html') return reportHtml(dataOf(summary, options))
    const view = overview(summary.state(), { top })
    if (output.kind === 'json') return `${jsonText(view, 2)}\n`
    return figuresText(view, { paint: paintFor(output.file), width: widthFor(output.file), title: titleOf(options) })
  }
  const writer = await writerTo(output.file)
  await writer.write(await text())
  await writer.end()
}

/** Shows figures as a page, as they are whenever somebody looks, until `stop` is aborted. */
export async function serve(summary: Summary, options: LogsOptions, stop: AbortSignal): Promise<void> {
  await serveReport(
    () => dataOf(summary, options),
    options.port,
    stop,
    (url) => {
      process.stderr.write(`The report is at ${url} until you press Ctrl-C.\n`)
    },
  )
}

function dataOf(summary: Summary, { files, filter, top, follow: live }: LogsOptions): ReportData {
  return reportData(overview(summary.state(), { top }), { sources: files, filters: filterInWords(filter), live })
}

function titleOf({ files, filter }: LogsOptions): string {
  return [files.map((file) => (file === '-' ? 'standard input' : file)).join(', '), ...filterInWords(filter)].join('; ')
}
