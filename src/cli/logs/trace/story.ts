import type { LoggedMessage, LoggedRecipient, MessageEnd } from '../../../logs/index.ts'
import { printable } from '../../../protocol/printable.ts'
import { count, octets } from '../../format.ts'
import type { Paint } from '../../style.ts'
import { mayBecome, namesIn } from './family.ts'
import type { Found } from './search.ts'
import { addressText, hostText, StepTeller, type Told } from './steps.ts'

/** Writes what was found, message by message, each behind the one that it comes from. */
export function storiesText({ messages, others, left }: Found, subject: string, paint: Paint): string {
  const parts = inOrder(messages).map(({ message, parent }) => new Story(message, parent, paint).text())
  if (others.length > 0) {
    const teller = new StepTeller(paint)
    parts.push([paint('bold', 'Without a queue id'), ...others.flatMap((record) => teller.decision(record))].join('\n'))
  }
  if (parts.length === 0) return `Nothing about ${printable(subject)} in these logs.\n`
  if (left > 0) parts.push(`… and ${count(left)} more; --since and --until tell fewer`)
  return `${parts.join('\n\n')}\n`
}

interface Placed {
  readonly message: LoggedMessage
  readonly parent: LoggedMessage | undefined
}

/** Puts messages behind those that have become them. */
function inOrder(messages: readonly LoggedMessage[]): Placed[] {
  const byId = new Map<string, LoggedMessage[]>()
  for (const message of messages) byId.set(message.queueId, [...(byId.get(message.queueId) ?? []), message])
  const childrenOf = (parent: LoggedMessage): LoggedMessage[] =>
    namesIn(parent).flatMap((name) => (byId.get(name) ?? []).filter((child) => mayBecome(parent, child)))
  const isChild = new Set(messages.flatMap(childrenOf))
  const placed = new Map<LoggedMessage, Placed>()
  // Those that name each other come in the order of the log.
  const roots = [...messages.filter((message) => !isChild.has(message)), ...messages]
  const waiting: Placed[] = roots.map((message) => ({ message, parent: undefined })).reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { message } = next
    if (placed.has(message)) continue
    placed.set(message, next)
    waiting.push(
      ...childrenOf(message)
        .map((child) => ({ message: child, parent: message }))
        .reverse(),
    )
  }
  return [...placed.values()]
}

/** One message, from its beginning to its end. */
class Story {
  readonly #message: LoggedMessage
  readonly #parent: LoggedMessage | undefined
  readonly #paint: Paint
  readonly #teller: StepTeller

  constructor(message: LoggedMessage, parent: LoggedMessage | undefined, paint: Paint) {
    this.#message = message
    this.#parent = parent
    this.#paint = paint
    this.#teller = new StepTeller(paint, message)
  }

  text(): string {
    const steps = this.#teller.steps()
    return [this.#title(), ...this.#teller.step(this.#arrival()), ...steps, ...this.#end()].join('\n')
  }

  #title(): string {
    const { queueId } = this.#message
    const id = this.#paint('bold', printable(queueId))
    if (this.#parent === undefined) return id
    const notice = this.#parent.notifications.find(({ childQueueId }) => childQueueId === queueId)
    const parent = printable(this.#parent.queueId)
    return notice === undefined
      ? `${id}, which ${parent} goes on as`
      : `${id}, the ${notice.notification} notice about ${parent}`
  }

  #arrival(): Told {
    const { first: time, client, uid, saslUsername, from, size, messageId, recipientCount } = this.#message
    const user = saslUsername === undefined ? '' : `, as ${printable(saslUsername)}`
    const how =
      client !== undefined
        ? `comes in from ${hostText(client)}${user}`
        : uid !== undefined
          ? `is handed in on this machine by user ${uid}`
          : from === ''
            ? 'is made by the mail system'
            : 'is first heard of'
    const about = [
      ...(from === undefined ? [] : [`from ${addressText(from)}`]),
      ...(size === undefined ? [] : [octets(size)]),
      ...(recipientCount === undefined
        ? []
        : [`${recipientCount} ${recipientCount === 1 ? 'recipient' : 'recipients'}`]),
      ...(messageId === undefined ? [] : [`message id ${printable(messageId)}`]),
    ]
    return { time, lines: [how, ...(about.length === 0 ? [] : [about.join(', ')])] }
  }

  #end(): string[] {
    const { end, last, recipients } = this.#message
    const words = ends[end]
    const left = words === undefined ? [] : this.#teller.step({ time: last, lines: [words] })
    const outcomes = outcomesText(recipients)
    return outcomes === '' ? left : [...left, `  ${this.#paint('bold', 'In the end')} ${outcomes}`]
  }
}

const ends: Readonly<Record<MessageEnd, string | undefined>> = {
  removed: 'leaves the queue',
  settled: undefined,
  rejected: undefined,
  'id-reused': 'is not heard of again: its id belongs to another message from here on',
  evicted: 'is not heard of again',
  'log-end': 'is in the queue still, as far as the logs go',
}

// Recipients of one outcome that are named.
const named = 5

/** Says what became of whom. */
function outcomesText(recipients: readonly LoggedRecipient[]): string {
  const byOutcome = new Map<string, string[]>()
  for (const { outcome, address } of recipients) {
    byOutcome.set(outcome, [...(byOutcome.get(outcome) ?? []), addressText(address)])
  }
  return [...byOutcome].map(([outcome, addresses]) => `${outcome.replace('-', ' ')}: ${listOf(addresses)}`).join('; ')
}

function listOf(addresses: readonly string[]): string {
  const more = addresses.length - named
  return [...addresses.slice(0, named), ...(more > 0 ? [`and ${count(more)} more`] : [])].join(', ')
}
