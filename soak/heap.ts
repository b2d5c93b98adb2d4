import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Returns the octets that are in use when all that is not has been given back. */
export async function heapInUse(): Promise<number> {
  // Twice: what is finalised in one collection is freed in the next.
  for (let times = 0; times < 2; times++) {
    collect()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}
