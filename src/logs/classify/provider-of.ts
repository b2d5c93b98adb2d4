import { providers } from './providers.ts'

const endings: ReadonlySet<string> = new Set(providers.flatMap(({ hosts }) => hosts))

/** Gives the end of a server's name that the rules of providers know, if they do: they see nothing else of it. */
export function providerOf(host: string | undefined): string | undefined {
  if (host === undefined) return undefined
  const name = host.toLowerCase().replace(/\.$/, '')
  for (let at = 0; ; at = name.indexOf('.', at) + 1) {
    const ending = name.slice(at)
    if (endings.has(ending)) return ending
    if (!ending.includes('.')) return undefined
  }
}
