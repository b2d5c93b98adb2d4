// A program: looks for a fault that is hidden behind five octets, with coverage or without, and prints how that went.
import { Coverage } from '../../fuzz/coverage.ts'
import { fuzz } from '../../fuzz/fuzzer.ts'
import type { Target } from '../../fuzz/target.ts'
import { randomFrom } from '../grammar/random.ts'
import { hidden } from './hidden.ts'

const target: Target = { name: 'planted', words: ['a'], run: hidden }
const coverage = new Coverage(process.argv[2] === 'guided' ? /\/hidden\.ts/ : /nothing/)
const { executions, finding } = await fuzz(target, [], coverage, randomFrom(1), (done) => done > 200_000)
coverage.stop()
console.log(JSON.stringify({ executions, found: finding !== undefined && String.fromCharCode(...finding.input) }))
