import { type Coverage, featuresOf } from './coverage.ts'
import type { Target } from './target.ts'

/** Chooses inputs that reach together all that the whole list reaches, the shortest first. */
export async function smallest(
  target: Target,
  inputs: readonly Uint8Array[],
  coverage: Coverage,
): Promise<Uint8Array[]> {
  coverage.take()
  const reached = new Set<string>()
  const chosen: Uint8Array[] = []
  for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
    await target.run(input)
    const news = [...featuresOf(coverage.take())].filter((feature) => !reached.has(feature))
    if (news.length === 0) continue
    for (const feature of news) reached.add(feature)
    chosen.push(input)
  }
  return chosen
}
