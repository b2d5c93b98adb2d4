/** Fuzzes what reads a server's octets, guided by coverage: `npm run fuzz -- --help`. */
import { parseArgs } from 'node:util'
import { randomFrom } from '../test/grammar/random.ts'
import { readCorpus, writeCorpus, written } from './corpus.ts'
import { Coverage } from './coverage.ts'
import { fuzz } from './fuzzer.ts'
import { smallest } from './smallest.ts'
import type { Target } from './target.ts'
import { targets } from './targets.ts'

const usage = `Fuzzes the parsers, the framer and the session: npm run fuzz -- [options]

  --targets a,b    only these: ${targets.map(({ name }) => name).join(', ')}
  --seconds 60     for all of them together
  --seed 1         where the random numbers begin; the time unless given
  --save           adds what was found to the corpus, and takes out what is no longer needed
  --help`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      targets: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const chosen = values.targets === undefined ? targets : values.targets.split(',').map(targetNamed)
  const seconds = Number(values.seconds)
  const seed = Number(values.seed)
  if (!(seconds >= 0) || !Number.isInteger(seed)) throw new Error('--seconds and --seed must be numbers')
  console.log(`seed ${seed}`)
  const coverage = new Coverage()
  for (const target of chosen) await fuzzOne(target, coverage, (1000 * seconds) / chosen.length, seed, values.save)
  coverage.stop()
}

async function fuzzOne(target: Target, coverage: Coverage, ms: number, seed: number, save: boolean): Promise<void> {
  const start = performance.now()
  const seeds = readCorpus(target.name)
  const report = await fuzz(target, seeds, coverage, randomFrom(seed), () => performance.now() - start > ms)
  const { executions, corpus, before, reached, finding } = report
  const elapsed = ((performance.now() - start) / 1000).toFixed(1)
  const found = `characters ${before} + ${reached - before}, inputs ${seeds.length} + ${corpus.length - seeds.length}`
  console.log(`${target.name.padEnd(8)} ${String(executions).padStart(9)} executions in ${elapsed} s, ${found}`)
  if (finding !== undefined) {
    console.error(`${target.name} has no answer to ${written(finding.input)}`)
    console.error(finding.error)
    process.exitCode = 1
  } else if (save) {
    writeCorpus(target.name, await smallest(target, corpus, coverage))
  }
}

function targetNamed(name: string): Target {
  const target = targets.find((one) => one.name === name)
  if (target === undefined) throw new Error(`${name} is none of ${targets.map((one) => one.name).join(', ')}`)
  return target
}

await main()
