import { detached } from '../detached.ts'
import { Recent } from '../recent.ts'
import type { DeliveryRecord, Disposition, LogRecord, MessageRecord, RejectRecord } from '../record.ts'
import { isRefusal } from '../refusal.ts'
import { aboutOf, cut, domainOf, isRemote, nameOf, tlsOf } from './about-record.ts'
import { addCounts, type Counts, noCounts } from './counts.ts'
import { Delays, type DelaysState } from './delays.ts'
import { type Judge, judgeByRules } from './judge.ts'
import { keysOf, mapValues } from './keys.ts'
import { addOutcomes, countIn, noOutcomes, type Outcomes } from './outcomes.ts'
import {
  DomainRow,
  type DomainState,
  type OutcomeTable,
  outcomeTable,
  ReplyRow,
  type ReplyState,
  SampleRow,
  type SampleState,
} from './rows.ts'
import { Table, type TableState } from './table.ts'
import { type Bucket, Timeline, type TimelineState } from './timeline.ts'

/** Settings of a summary. Summaries that are to be added up should have the same. */
export interface SummaryOptions {
  /** What records mean; by `classify` unless given. */
  readonly judge?: Judge | undefined
  /** Domains, relays, patterns and so on of which each is kept apart, 1 000 unless given. */
  readonly capacity?: number | undefined
  /** Buckets of the time line, 400 unless given. */
  readonly buckets?: number | undefined
  /** The parser that the records come from: it knows which lines gave none. */
  readonly parser?: { readonly counters: ParserCounters } | undefined
}

/** What a summary wants to know of a parser; `LogCounters` are. */
export interface ParserCounters {
  readonly lines: number
  readonly unparsed: ReadonlyMap<string, { readonly count: number; readonly samples: readonly string[] }>
}

/** A summary as plain data: for another thread, a file, or another machine. */
export interface SummaryState {
  readonly counts: Counts
  readonly outcomes: Outcomes
  readonly tables: Readonly<Record<TableName, TableState<Outcomes>>>
  readonly domains: TableState<DomainState>
  readonly replies: TableState<ReplyState>
  /** What this server said when it refused. */
  readonly ownReplies: TableState<ReplyState>
  /** By `total` and the four stages. */
  readonly delays: Readonly<Record<DelayName, DelaysState>>
  readonly timeline: TimelineState
  readonly unparsed: TableState<SampleState>
}

/** Tables whose rows are outcomes alone; `clients` and `refusals`, by category, are about what this server refused. */
export type TableName = 'relays' | 'categories' | 'codes' | 'enhanced' | 'tls' | 'clients' | 'refusals'

/** Delays that are told apart, in the order in which a message meets them behind the total. */
export type DelayName = 'total' | 'beforeQueue' | 'inQueue' | 'connecting' | 'transmitting'

// Times outside come from broken lines, and would stretch the time line to no use.
const earliest = 0
const latest = Date.UTC(2100, 0)

/**
 * Counts what records say, within bounded memory. Summaries of parts add up to the summary of the whole: give each
 * part's `state()` to `absorb`.
 */
export class Summary {
  readonly #judge: Judge
  readonly #counts: Counts = noCounts()
  readonly #outcomes = noOutcomes()
  readonly #tables: Readonly<Record<TableName, OutcomeTable>>
  readonly #domains: Table<DomainState, DomainRow>
  readonly #replies: Table<ReplyState, ReplyRow>
  readonly #ownReplies: Table<ReplyState, ReplyRow>
  readonly #delays: Readonly<Record<DelayName, Delays>> = {
    total: new Delays(),
    beforeQueue: new Delays(),
    inQueue: new Delays(),
    connecting: new Delays(),
    transmitting: new Delays(),
  }
  readonly #timeline: Timeline
  // A filter gives the message back before it answers.
  readonly #entered = new Recent(20_000)
  readonly #unparsed = unparsedTable()
  readonly #parser: SummaryOptions['parser']

  constructor({ judge = judgeByRules(), capacity = 1_000, buckets = 400, parser }: SummaryOptions = {}) {
    this.#parser = parser
    this.#judge = judge
    this.#tables = {
      relays: outcomeTable(capacity),
      categories: outcomeTable(capacity),
      codes: outcomeTable(capacity),
      enhanced: outcomeTable(capacity),
      tls: outcomeTable(capacity),
      clients: outcomeTable(capacity),
      refusals: outcomeTable(capacity),
    }
    this.#domains = new Table(capacity, (key) => new DomainRow(detached(key)))
    this.#replies = new Table(capacity, (key) => new ReplyRow(detached(key)))
    this.#ownReplies = new Table(capacity, (key) => new ReplyRow(detached(key)))
    this.#timeline = new Timeline(buckets)
  }

  /** Counts a record. */
  add(record: LogRecord): void {
    this.#counts.records++
    const bucket = this.#bucketOf(record.time)
    if (record.kind === 'delivery') this.#addDelivery(record, bucket)
    else if (record.kind === 'reject') this.#addReject(record, bucket)
    else if (record.kind === 'message' && entersQueue(record)) {
      this.#counts.messages++
      this.#enter(record)
      if (bucket !== undefined) bucket.arrived++
    } else if (record.kind === 'removed') this.#leave(bucket)
    if (record.kind === 'message' && record.size !== undefined) this.#counts.octets += record.size
  }

  /**
   * Takes note of a record that counts elsewhere, such as one of the part before: what is handed on to a message that came
   * in there has not left.
   */
  foresee(record: LogRecord): void {
    if (record.kind === 'message' && entersQueue(record)) this.#enter(record)
  }

  /** Adds what another summary has counted. */
  absorb(state: SummaryState): void {
    addCounts(this.#counts, state.counts)
    addOutcomes(this.#outcomes, state.outcomes)
    for (const name of keysOf(this.#tables)) this.#tables[name].absorb(state.tables[name])
    this.#domains.absorb(state.domains)
    this.#replies.absorb(state.replies)
    this.#ownReplies.absorb(state.ownReplies)
    for (const name of keysOf(this.#delays)) this.#delays[name].absorb(state.delays[name])
    this.#timeline.absorb(state.timeline)
    this.#unparsed.absorb(state.unparsed)
  }

  /** Gives all that was counted so far as plain data. */
  state(): SummaryState {
    const { lines, unparsed } = this.#unparsedSoFar()
    return {
      counts: {
        ...this.#counts,
        lines,
        unparsed: unparsed.rows.reduce((sum, [, { count }]) => sum + count, unparsed.other.count),
      },
      outcomes: { ...this.#outcomes },
      tables: mapValues(this.#tables, (table) => table.state()),
      domains: this.#domains.state(),
      replies: this.#replies.state(),
      ownReplies: this.#ownReplies.state(),
      delays: mapValues(this.#delays, (delays) => delays.state()),
      timeline: this.#timeline.state(),
      unparsed,
    }
  }

  /** Adds what the parser has not understood to what was absorbed. */
  #unparsedSoFar(): { lines: number; unparsed: TableState<SampleState> } {
    const { lines, unparsed } = this.#parser?.counters ?? { lines: 0, unparsed: new Map() }
    const sum = unparsedTable()
    sum.absorb(this.#unparsed.state())
    for (const [program, { count, samples }] of unparsed) sum.row(program).absorb({ count, samples: samples.map(cut) })
    return { lines: this.#counts.lines + lines, unparsed: sum.state() }
  }

  #addDelivery(record: DeliveryRecord, bucket: Bucket | undefined): void {
    const { disposition, time, relay, reply, dsn, recipient } = record
    if (record.nextQueueId !== undefined && this.#entered.has(record.nextQueueId)) {
      this.#counts.handedOn++
      return
    }
    const { category, pattern } = this.#judge(record)
    const about = this.#tables.categories.row(category)
    const to = this.#tables.relays.row(nameOf(relay))
    const domain = this.#domains.row(domainOf(recipient))
    countIn(this.#outcomes, disposition)
    if (bucket !== undefined) countIn(bucket.outcomes, disposition)
    countIn(about.outcomes, disposition)
    countIn(to.outcomes, disposition)
    countIn(domain.outcomes, disposition)
    countIn(domain.categories.row(about.key).outcomes, disposition)
    countIn(domain.relays.row(to.key).outcomes, disposition)
    this.#count('codes', reply === undefined ? '' : String(reply.code), disposition)
    this.#count('enhanced', reply?.enhanced?.code ?? dsn ?? '', disposition)
    if (disposition === 'delivered') this.#addDelivered(record, domain)
    else {
      const said = this.#replies.row(pattern)
      said.add(disposition, time, () => aboutOf(record, category))
      countIn(domain.replies.row(said.key).outcomes, disposition)
    }
  }

  // A delay to the next attempt says nothing about how long mail takes.
  #addDelivered(record: DeliveryRecord, domain: DomainRow): void {
    const { relay, delay, delays } = record
    if (isRemote(relay)) this.#count('tls', tlsOf(record), 'delivered')
    if (delay !== undefined) {
      this.#delays.total.add(delay)
      domain.delays.add(delay)
    }
    if (delays === undefined) return
    const [beforeQueue, inQueue, connecting, transmitting] = delays
    this.#delays.beforeQueue.add(beforeQueue)
    this.#delays.inQueue.add(inQueue)
    this.#delays.connecting.add(connecting)
    this.#delays.transmitting.add(transmitting)
  }

  #addReject(record: RejectRecord, bucket: Bucket | undefined): void {
    // Others warn, hold, redirect: the message goes on.
    if (!isRefusal(record)) return
    const { category, pattern } = this.#judge(record)
    this.#counts.refusals++
    this.#outcomes.rejected++
    if (bucket !== undefined) bucket.outcomes.rejected++
    this.#count('clients', nameOf(record.client), 'rejected')
    this.#count('refusals', category, 'rejected')
    this.#ownReplies.row(pattern).add('rejected', record.time, () => aboutOf(record, category))
    // A message refused at its end was in the queue already.
    if (record.queueId !== undefined && record.stage === 'end-of-data') this.#leave(bucket)
  }

  #count(table: TableName, key: string, disposition: Disposition): void {
    countIn(this.#tables[table].row(key).outcomes, disposition)
  }

  #enter({ queueId }: MessageRecord): void {
    if (queueId !== undefined) this.#entered.add(detached(queueId))
  }

  #leave(bucket: Bucket | undefined): void {
    this.#counts.removed++
    if (bucket !== undefined) bucket.left++
  }

  #bucketOf(time: number | undefined): Bucket | undefined {
    if (time === undefined || !(time >= earliest && time < latest)) return undefined
    const { first, last } = this.#counts
    if (first === undefined || time < first) this.#counts.first = time
    if (last === undefined || time > last) this.#counts.last = time
    return this.#timeline.at(time)
  }
}

/**
 * Tells whether this is the line by which a message is counted. Postfix writes several for each; one of them, that of
 * `cleanup`, once.
 */
function entersQueue({ format, messageId }: MessageRecord): boolean {
  return format !== 'postfix' || messageId !== undefined
}

function unparsedTable(): Table<SampleState, SampleRow> {
  return new Table(50, (key) => new SampleRow(detached(key), 3))
}
