import { pick, randomFrom } from '../test/grammar/random.ts'

/** How a connection ends before its time. */
export type Ending = 'truncate' | 'close' | 'reset' | 'stall'

/** What happens to one connection; it follows from its number and the seed. */
export interface Plan {
  /** In which direction octets are counted. */
  readonly direction: Direction
  /** How many of them pass. */
  readonly octets: number
  readonly ending: Ending
  /** What happens to a chunk on its way: nothing, milliseconds of delay, or a cut in two. */
  next(): 'nothing' | 'cut' | number
}

/** `up` is from the client to the server. */
export type Direction = 'up' | 'down'

// Enough for some dozen to some hundred messages, either way.
const most: Readonly<Record<Direction, number>> = { up: 256 << 10, down: 6 << 10 }
// Closing in every way is common, silence is rare: it costs a deadline.
const endings: readonly Ending[] = [
  ...Array<Ending>(6).fill('truncate'),
  'close',
  'close',
  'close',
  'reset',
  'reset',
  'stall',
]

/** Draws the plan of a connection. */
export function planFor(seed: number, connection: number): Plan {
  const random = randomFrom(seed * 7_919 + connection)
  const direction = pick(random, ['up', 'down'] as const)
  return {
    direction,
    octets: random(most[direction]),
    ending: pick(random, endings),
    next() {
      const luck = random(200)
      return luck < 2 ? 1 + random(20) : luck < 12 ? 'cut' : 'nothing'
    },
  }
}
