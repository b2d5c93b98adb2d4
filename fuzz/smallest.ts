import type { Coverage } from './coverage.ts'
import { Reached } from './reached.ts'
import type { Target } from './target.ts'

/** Chooses inputs that reach together all that the whole list reaches, the shortest first. */
export async function smallest(
  target: Target,
  inputs: readonly Uint8Array[],
  coverage: Coverage,
): Promise<Uint8Array[]> {
  coverage.take()
  const reached = new Reached()
  const chosen: Uint8Array[] = []
  for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
    await target.run(input)
    const functions = coverage.take()
    if (reached.newsIn(functions).length === 0) continue
    reached.add(functions)
    chosen.push(input)
  }
  return chosen
}
