/**
 * How fast replies are parsed, in one run over the same mix: the generated parser against plain Peggy, against the
 * line handling that mailers usually have, and against parsing by hand.
 *
 * Run with `npx tsx bench/grammar.ts`. One iteration is one parse of the whole mix; the table at the end is in replies.
 */
import { bench, do_not_optimize, run, summary } from 'mitata'
import peggy from 'peggy'
import { filesOf } from '../scripts/build-grammars.ts'
import { parse } from '../src/grammar/reply.ts'

const ehlo = [
  'mx.example.net at your service, [192.0.2.17]',
  'PIPELINING',
  'SIZE 52428800',
  'VRFY',
  'ETRN',
  'STARTTLS',
  'AUTH PLAIN LOGIN CRAM-MD5',
  'ENHANCEDSTATUSCODES',
  '8BITMIME',
  'DSN',
  'SMTPUTF8',
  'CHUNKING',
]

/** Single 250s most of all, then refusals, then replies of several lines: 63 characters a reply on average. */
const kinds: readonly (readonly [weight: number, code: number, lines: readonly string[]])[] = [
  [40, 250, ['2.1.0 Ok']],
  [30, 250, ['2.1.5 Ok: recipient will be delivered to']],
  [30, 250, ['2.0.0 Ok: queued as 4WqZ3k0q1Xz9sB7']],
  [20, 354, ['End data with <CR><LF>.<CR><LF>']],
  [10, 221, ['2.0.0 Bye']],
  [20, 550, ['5.1.1 <nobody@mx.example.net>: Recipient address rejected: User unknown']],
  [14, 250, ehlo],
  [
    12,
    550,
    [
      '5.7.1 Our policy does not accept this message',
      '5.7.1 because of what its sender sent before;',
      '5.7.1 see https://mx.example.net/why',
    ],
  ],
]

const replies = kinds.flatMap(([weight, code, lines]) =>
  Array.from({ length: weight }, () =>
    lines.map((line, index) => `${code}${index < lines.length - 1 ? '-' : ' '}${line}\r\n`).join(''),
  ),
)
// Spread out, so that no branch is predicted for long.
const mix = Array.from({ length: replies.length * 8 }, (_, index) => replies[(index * 101) % replies.length] ?? '')
const text = mix.join('')
const ends: number[] = []
for (const reply of mix) ends.push((ends.at(-1) ?? 0) + reply.length)

interface Reply {
  code: number
  lines: string[]
}

/** One split, one number and one push per line: what one writes first. */
function byHand(): number {
  const lines = text.split('\r\n')
  let current: Reply = { code: 0, lines: [] }
  let sum = 0
  for (let index = 0; index < lines.length - 1; index++) {
    const line = lines[index] ?? ''
    current.code = Number.parseInt(line.slice(0, 3), 10)
    current.lines.push(line.slice(4))
    if (line[3] !== '-') {
      sum += current.code
      current = { code: 0, lines: [] }
    }
  }
  return sum
}

/** The usual line handling: text is kept as it comes, every line is tried against regular expressions. */
function byMailer(): number {
  let remainder = ''
  let pending: string[] = []
  let sum = 0
  for (let at = 0; at < text.length; at += 16_384) {
    const lines = (remainder + text.slice(at, at + 16_384)).split(/\r?\n/)
    remainder = lines.pop() ?? ''
    for (const line of lines) {
      pending.push(line)
      if (/^\d+-/.test(line)) continue
      const whole = pending.join('\n')
      pending = []
      const [, code = '0', status] = whole.match(/^(\d+)(?:\s(\d+\.\d+\.\d+))?\s?/) ?? []
      sum += Number(code) + (status === undefined ? 0 : 1)
    }
  }
  return sum
}

const plain = peggy.generate(filesOf('reply'), { allowedStartRules: ['ReplyLine'] })

function byPlainPeggy(): number {
  let sum = 0
  for (const reply of mix) sum += plain.parse(reply, { startRule: 'ReplyLine' }).code
  return sum
}

function byGrammar(): number {
  let sum = 0
  let from = 0
  for (const to of ends) {
    sum += parse(text, 'ReplyLine', from, to).code
    from = to
  }
  return sum
}

const parsers = {
  'split and parseInt': byHand,
  'usual mailers': byMailer,
  'plain Peggy': byPlainPeggy,
  'generated parser': byGrammar,
}

summary(() => {
  for (const [name, parser] of Object.entries(parsers)) bench(name, () => do_not_optimize(parser()))
})

const { benchmarks } = await run()
console.log(`\n${mix.length} replies, ${(text.length / mix.length).toFixed(0)} characters each on average`)
// The faster quarter: what else the machine does is not what is measured.
for (const { alias, runs } of benchmarks) {
  const nanoseconds = runs[0]?.stats?.p25 ?? Number.NaN
  console.log(`${alias.padEnd(20)} ${((mix.length / nanoseconds) * 1e3).toFixed(2)} M replies/s`)
}
