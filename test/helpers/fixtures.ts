// The conversations of test/fixtures: text files in the form that scriptedServer plays.
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../fixtures/', import.meta.url)

/** Names every conversation. */
export function fixtureNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.smtp'))
    .map((file) => file.slice(0, -'.smtp'.length))
    .sort()
}

/** Reads one conversation. */
export function fixture(name: string): string {
  return readFileSync(new URL(`${name}.smtp`, folder), 'utf8')
}
