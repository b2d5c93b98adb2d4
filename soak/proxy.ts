/** Stands between a client and a server, and treats each of their connections as its plan says. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Direction, type Ending, type Plan, planFor } from './faults.ts'

/** How many connections ended in which way. */
export type Endings = Record<Ending, number>

/** Makes a proxy to a port of this machine. */
export function proxyTo(port: number, seed: number, endings: Endings): Server {
  let connections = 0
  return createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    const plan = planFor(seed, connections++)
    const pair = new Pair(client, server, () => endings[plan.ending]++)
    new Way(client, server, 'up', plan, pair)
    new Way(server, client, 'down', plan, pair)
  })
}

/** Both ends of a connection. */
class Pair {
  readonly #ends: readonly Socket[]
  readonly #onEnding: () => void

  constructor(client: Socket, server: Socket, onEnding: () => void) {
    this.#ends = [client, server]
    this.#onEnding = onEnding
    // When one end is gone, whatever it sent has been passed on: see Way.
    for (const end of this.#ends) end.on('error', () => this.#destroy())
  }

  finish(ending: Ending): void {
    this.#onEnding()
    // What comes is still read, and passed on to nobody: who gives up must be heard.
    if (ending === 'stall') return
    for (const end of this.#ends) {
      if (ending === 'reset') end.resetAndDestroy()
      // What was passed on still arrives.
      else end.destroySoon()
    }
  }

  #destroy(): void {
    for (const end of this.#ends) end.destroy()
  }
}

/** One direction of a connection. */
class Way {
  readonly #from: Socket
  readonly #to: Socket
  readonly #direction: Direction
  readonly #plan: Plan
  readonly #pair: Pair
  #passed = 0
  #isOver = false
  #isWaiting = false
  #isEnding = false

  constructor(from: Socket, to: Socket, direction: Direction, plan: Plan, pair: Pair) {
    this.#from = from
    this.#to = to
    this.#direction = direction
    this.#plan = plan
    this.#pair = pair
    from.on('data', (chunk: Buffer) => this.#take(chunk))
    from.on('end', () => {
      this.#isEnding = true
      if (!this.#isWaiting) to.end()
    })
    from.on('close', () => {
      if (!this.#isWaiting) to.destroySoon()
    })
    to.on('drain', () => {
      if (!this.#isWaiting && !this.#isOver) from.resume()
    })
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return
    const { direction, octets, ending } = this.#plan
    const left = direction === this.#direction ? octets - this.#passed : Number.POSITIVE_INFINITY
    this.#passed += chunk.length
    if (chunk.length > left) {
      this.#isOver = true
      if (ending !== 'close') this.#to.write(chunk.subarray(0, left))
      return this.#pair.finish(ending)
    }
    const luck = this.#plan.next()
    if (luck === 'nothing') return this.#pass(chunk)
    const at = luck === 'cut' ? Math.floor(chunk.length / 2) : 0
    if (at > 0) this.#pass(chunk.subarray(0, at))
    this.#passLater(chunk.subarray(at), luck === 'cut' ? 0 : luck)
  }

  #pass(chunk: Buffer): void {
    if (!this.#to.write(chunk)) this.#from.pause()
  }

  #passLater(chunk: Buffer, ms: number): void {
    this.#isWaiting = true
    this.#from.pause()
    setTimeout(() => {
      this.#isWaiting = false
      if (this.#to.destroyed) return
      this.#pass(chunk)
      if (this.#isEnding) this.#to.end()
      else if (this.#from.destroyed) this.#to.destroySoon()
      else if (!this.#to.writableNeedDrain) this.#from.resume()
    }, ms)
  }
}
