import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { latin1 } from '../test/helpers/chunks.ts'

const folder = new URL('corpus/', import.meta.url)

/** Reads the stored inputs of a target: one to a line, as JSON text in which each character is an octet. */
export function readCorpus(name: string): Uint8Array[] {
  const file = fileOf(name)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => latin1(JSON.parse(line)))
}

/** Stores inputs in place of those that were there, the shortest first. */
export function writeCorpus(name: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map(written).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  writeFileSync(fileOf(name), lines.map((line) => `${line}\n`).join(''))
}

/** Writes an input in ASCII. */
export function written(octets: Uint8Array): string {
  const text = JSON.stringify(String.fromCharCode(...octets))
  return text.replace(/[\u007f-\u00ff]/g, (octet) => `\\u${octet.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function fileOf(name: string): URL {
  return new URL(`${name}.jsonl`, folder)
}
