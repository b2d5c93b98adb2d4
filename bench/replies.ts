/** Reply parsing, bytes to replies, beside hand-written parsers in the same run: `npm run bench`. */
import { bench, do_not_optimize, run, summary } from 'mitata'
import { from } from 'rxjs'
import { replies } from '../src/index.ts'
import { byMailerLines, bySplit } from './hand-written.ts'
import { replyMix } from './reply-mix.ts'

const count = 50_000
const { chunks, text } = replyMix(count)
const octets = chunks.reduce((sum, chunk) => sum + chunk.length, 0)

/** The three must agree before their times mean anything. */
function check(name: string, parse: () => number): void {
  const found = parse()
  if (found !== count) throw new Error(`${name} found ${found} of ${count} replies`)
}

function ours(): number {
  let found = 0
  from(chunks)
    .pipe(replies())
    .subscribe((reply) => {
      do_not_optimize(reply)
      found++
    })
  return found
}

const parsers = {
  'replies(): framer, grammar, frozen Reply': ours,
  'hand-written: split and parseInt': () => bySplit(chunks),
  'line handling as mailers do it': () => byMailerLines(chunks),
}

console.log(`${count} replies, ${(octets / count).toFixed(0)} octets each, ${text.split('\n').length - 1} lines`)
for (const [name, parse] of Object.entries(parsers)) check(name, parse)
summary(() => {
  for (const [name, parse] of Object.entries(parsers)) bench(name, parse)
})
await run()
