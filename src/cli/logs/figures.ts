import { stripVTControlCharacters } from 'node:util'
import type { TableConstructorOptions } from 'cli-table3'
import { type CategoryEntry, verdictCategories } from '../../logs/classify/categories.ts'
import type { DelayName, Outcomes, Overview, RankedReply, Ranking } from '../../logs/summary/index.ts'
import { printable } from '../../protocol/printable.ts'
import { count, duration, octets, share, time } from '../format.ts'
import type { Paint } from '../style.ts'

/** Where and how figures are shown. */
export interface FiguresOptions {
  readonly paint: Paint
  /** Columns of characters. */
  readonly width: number
  /** Names of the logs and what was asked for. */
  readonly title: string
}

/** Writes figures as tables, in plain words. */
export async function figuresText(overview: Overview, options: FiguresOptions): Promise<string> {
  const { default: CliTable } = await import('cli-table3')
  return new Figures(overview, options, (table) => new CliTable(table)).text()
}

type MakeTable = (options: TableConstructorOptions) => {
  push(...rows: string[][]): unknown
  toString(): string
}

class Figures {
  readonly #overview: Overview
  readonly #options: FiguresOptions
  readonly #make: MakeTable

  constructor(overview: Overview, options: FiguresOptions, make: MakeTable) {
    this.#overview = overview
    this.#options = options
    this.#make = make
  }

  text(): string {
    const parts = [
      this.#head(),
      this.#outcomes(),
      this.#reasons(),
      this.#domains(),
      this.#delays(),
      this.#replies(),
      this.#refusals(),
    ]
    return `${[...parts, this.#clients(), this.#unparsed()].filter((part) => part !== '').join('\n\n')}\n`
  }

  #head(): string {
    const { counts } = this.#overview
    const from = counts.first === undefined ? '' : `${time(counts.first)} to ${time(counts.last)}, `
    const unparsed = counts.unparsed === 0 ? '' : `, ${count(counts.unparsed)} of them not understood`
    return `${this.#bold(printable(this.#options.title))}\n${from}${count(counts.lines)} lines${unparsed}`
  }

  #outcomes(): string {
    const { counts, outcomes, tls } = this.#overview
    const { rejected, ...sent } = outcomes
    const all = sum({ ...sent, rejected: 0 })
    const rows: string[][] = []
    const add = (style: Parameters<Paint>[0], name: string, value: number, note: string): void => {
      if (value > 0) rows.push([this.#options.paint(style, name), count(value), note])
    }
    add('green', 'delivered', outcomes.delivered, share(outcomes.delivered, all))
    add(
      'yellow',
      'deferred',
      outcomes.deferred,
      `${share(outcomes.deferred, all)}; attempts, one recipient may have many`,
    )
    add('red', 'failed', outcomes.failed, share(outcomes.failed, all))
    add('magenta', 'expired', outcomes.expired, share(outcomes.expired, all))
    add('cyan', 'refused here', rejected, 'of what clients tried to send')
    add('dim', 'handed on', counts.handedOn, 'to a filter or server of this log; not counted above')
    add('dim', 'messages', counts.messages, counts.octets > 0 ? octets(counts.octets) : '')
    const known = tls.rows.filter(({ key }) => key !== '')
    const overTls = known.reduce(
      (total, { key, outcomes: { delivered } }) => total + (key === 'none' ? 0 : delivered),
      0,
    )
    const told = known.reduce((total, { outcomes: { delivered } }) => total + delivered, 0)
    add('dim', 'over TLS', overTls, `${share(overTls, told)} of what went to other hosts`)
    if (rows.length === 0) return 'No mail in these lines.'
    return this.#table([], rows, ['left', 'right', 'left'])
  }

  #reasons(): string {
    const reasons = this.#overview.categories.rows.filter(({ key }) => key !== 'delivered')
    const rows = reasons.map(({ key, outcomes }) => {
      const { summary, advice } = entryOf(key)
      return [count(sum(outcomes)), this.#bold(printable(key)), `${summary} ${this.#options.paint('cyan', advice)}`]
    })
    return this.#section('Why mail was not delivered, and what to do', ['', 'reason', ''], rows, [
      'right',
      'left',
      'left',
    ])
  }

  #domains(): string {
    const { domains } = this.#overview
    const rows = domains.rows.map(({ key, outcomes, delays }) => [
      printable(key, 60) || '(none)',
      count(sum(outcomes)),
      share(outcomes.delivered, sum(outcomes)),
      count(outcomes.deferred),
      count(outcomes.failed + outcomes.expired),
      duration(delays.median),
      duration(delays.p95),
    ])
    const names = ['domain', 'all', 'delivered', 'deferred', 'failed', 'half within', '95 % within']
    return this.#section('Domains', names, rows, ['left', ...others(6)], restOf(domains))
  }

  #delays(): string {
    const { delays } = this.#overview
    const stages: readonly (readonly [DelayName, string])[] = [
      ['total', 'in all'],
      ['beforeQueue', 'before the queue'],
      ['inQueue', 'in the queue'],
      ['connecting', 'connecting'],
      ['transmitting', 'transmitting'],
    ]
    const rows = stages
      .filter(([stage]) => delays[stage].count > 0)
      .map(([stage, name]) => {
        const { median, p90, p95, p99, max } = delays[stage]
        return [name, ...[median, p90, p95, p99, max].map(duration)]
      })
    const names = ['stage', 'half within', '90 %', '95 %', '99 %', 'longest']
    return this.#section('How long delivery took', names, rows, ['left', ...others(5)])
  }

  #replies(): string {
    const { replies } = this.#overview
    return this.#section('What servers said', replyNames, replyRows(replies), replyAligns, restOf(replies))
  }

  #refusals(): string {
    const { ownReplies } = this.#overview
    return this.#section('What this server refused', replyNames, replyRows(ownReplies), replyAligns, restOf(ownReplies))
  }

  #clients(): string {
    const { clients } = this.#overview
    const rows = clients.rows.map(({ key, outcomes }) => [count(outcomes.rejected), printable(key) || '(unknown)'])
    return this.#section('Clients refused here', ['', 'client'], rows, ['right', 'left'], restOf(clients))
  }

  #unparsed(): string {
    const rows = this.#overview.unparsed.map(({ program, count: lines, samples }) => [
      count(lines),
      printable(program) || '(none)',
      printable(samples[0] ?? '', 200),
    ])
    return this.#section('Lines that were not understood', ['', 'program', 'one of them'], rows, [
      'right',
      'left',
      'left',
    ])
  }

  #section(title: string, names: string[], rows: string[][], aligns: Align[], rest = ''): string {
    if (rows.length === 0) return ''
    return [this.#bold(title), this.#table(names, rows, aligns), ...(rest === '' ? [] : [rest])].join('\n')
  }

  /** Draws a table without lines; its last column takes what room is left. */
  #table(names: readonly string[], rows: readonly string[][], aligns: readonly Align[]): string {
    const { paint, width } = this.#options
    const all = names.length === 0 ? rows : [names, ...rows]
    const widths = aligns.map((_, at) => gap + Math.max(...all.map((row) => lengthOf(row[at] ?? ''))))
    const last = widths.pop() ?? 0
    const room = width - widths.reduce((total, one) => total + one, 0)
    const table = this.#make({
      head: names.map((name) => paint('dim', name)),
      colAligns: [...aligns],
      colWidths: [...widths, Math.min(last, Math.max(room, narrowest))],
      wordWrap: true,
      chars: noLines,
      style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
    })
    table.push(...rows)
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
  }

  #bold(text: string): string {
    return this.#options.paint('bold', text)
  }
}

type Align = 'left' | 'right'

const replyNames = ['', 'reason', 'one of them']
const replyAligns: Align[] = ['right', 'left', 'left']

function replyRows({ rows }: Ranking<RankedReply>): string[][] {
  return rows.map(({ outcomes, category, sample, key }) => [
    count(sum(outcomes)),
    printable(category ?? ''),
    printable(sample ?? key, 300),
  ])
}

const gap = 2
const narrowest = 24

const noLines = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
)

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length
}

function others(columns: number): Align[] {
  return new Array<Align>(columns).fill('right')
}

/** Says what a table leaves out. */
function restOf({ other, others: more }: Ranking<unknown>): string {
  return more === 0 ? '' : `… and ${count(more)} more with ${count(sum(other))}; --top shows more`
}

function entryOf(category: string): Pick<CategoryEntry, 'summary' | 'advice'> {
  const table: Readonly<Record<string, CategoryEntry>> = verdictCategories
  return (Object.hasOwn(table, category) ? table[category] : undefined) ?? { summary: '', advice: '' }
}

function sum({ delivered, deferred, failed, expired, rejected }: Readonly<Outcomes>): number {
  return delivered + deferred + failed + expired + rejected
}
