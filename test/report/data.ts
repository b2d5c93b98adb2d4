import { reportData } from '../../src/cli/report/build.ts'
import type { ReportData } from '../../src/cli/report/data.ts'
import { overview, Summary } from '../../src/logs/summary/index.ts'
import { bounce, deferral, delivery, logged, message, noon, refusal, removed } from '../logs/summary/records.ts'

const hour = 3_600_000

/** Makes the data of a report on two days of mail, with everything that a report can show. */
export function someData(more: (summary: Summary) => void = () => {}): ReportData {
  const unparsed = new Map([['dovecot', { count: 2, samples: ['Mar  4 12:00:05 mx1 dovecot: imap-login'] }]])
  const summary = new Summary({ parser: { counters: { lines: 500, unparsed } } })
  for (let at = 0; at < 48; at++) {
    const time = noon + at * hour
    summary.add(message({ time, queueId: `Q${at}`, size: 10_000 }))
    for (let one = 0; one < 10 + Math.round(8 * Math.sin(at / 4)); one++) {
      const recipient = `ann@${['one', 'two', 'three'][one % 3]}.example`
      summary.add(
        delivery({
          time,
          recipient,
          tls: one % 5 === 0 ? 'none' : 'may',
          delay: 0.1 * 2 ** (one % 10),
          nextQueueId: undefined,
        }),
      )
    }
    if (at % 3 === 0) summary.add(bounce({ time, recipient: 'bob@two.example' }))
    if (at % 4 === 0) summary.add(deferral({ time }))
    if (at % 5 === 0) summary.add(refusal({ time }))
    if (at % 2 === 0) summary.add(removed({ time, queueId: `Q${at}` }))
  }
  more(summary)
  return reportData(overview(summary.state(), { top: 20 }), {
    sources: ['mail.log', 'mail.log.1'],
    filters: [],
    live: false,
  })
}

const attack = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'"> \u202egnp.exe \u0000\u001b[2J`

/** Makes data whose every text comes from somebody who means harm. */
export function hostileData(): ReportData {
  const data = someData((summary) => {
    for (const text of [attack, `<!--${attack}`, 'x'.repeat(1_000_000), `https://${'a'.repeat(2_000)}.example`]) {
      summary.add(
        bounce({
          recipient: `a@${text}`,
          text: `550 ${text}`,
          reply: { ...logged('550 no'), text },
          relay: { name: text, address: '192.0.2.1', port: 25 },
          tls: text,
          dsn: text,
        }),
      )
      summary.add(refusal({ client: { name: text, address: undefined, port: undefined }, text, reply: undefined }))
    }
  })
  return {
    ...data,
    sources: [attack],
    filters: [attack],
    categories: { ...data.categories, [attack]: { summary: attack, advice: attack } },
  }
}
