import { overview } from '../../logs/summary/overview.ts'
import type { SummaryState } from '../../logs/summary/summary.ts'
import { jsonText } from '../json.ts'
import { paintFor, widthFor } from '../style.ts'
import { writerTo } from '../writer.ts'
import { filterInWords } from './filter.ts'
import type { LogsOptions } from './options.ts'

/** Shows figures in the form that was asked for. */
export async function show(state: SummaryState, options: LogsOptions): Promise<void> {
  const { output, top } = options
  const text = async (): Promise<string> => {
    if (output.kind === 'html') {
      const { page } = await import('./page.ts')
      return page(state, options)
    }
    const view = overview(state, { top })
    if (output.kind === 'json') return `${jsonText(view, 2)}\n`
    const { figuresText } = await import('./figures.ts')
    return figuresText(view, { paint: paintFor(output.file), width: widthFor(output.file), title: titleOf(options) })
  }
  const writer = await writerTo(output.file)
  await writer.write(await text())
  await writer.end()
}

function titleOf({ files, filter }: LogsOptions): string {
  return [files.map((file) => (file === '-' ? 'standard input' : file)).join(', '), ...filterInWords(filter)].join('; ')
}
