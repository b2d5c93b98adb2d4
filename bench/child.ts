import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Request, Response, Service } from './serve.ts'

type Argument<S extends Service, K extends keyof S> = Parameters<S[K]>[0]
type Result<S extends Service, K extends keyof S> = Awaited<ReturnType<S[K]>>

/** Settings of {@link Child}. */
export interface ChildOptions {
  /** The core that the process is bound to; any unless given. */
  readonly core?: number | undefined
  /** Further arguments of Node. */
  readonly nodeArguments?: readonly string[]
}

/** A process that serves `S`. */
export class Child<S extends Service> {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (response: Response) => void>()
  #requests = 0
  #ended = false

  /** @param file a compiled module that calls `serve`. */
  constructor(file: string, { core, nodeArguments = [] }: ChildOptions = {}) {
    const node = [process.execPath, ...nodeArguments, file]
    const [program = '', ...args] = core === undefined ? node : ['taskset', '-c', String(core), ...node]
    this.#process = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#process.on('message', (response: Response) => this.#waiting.get(response.id)?.(response))
    this.#process.on('error', (error) => this.#fail(error.message))
    this.#process.on('exit', (code, signal) => this.#fail(`the process ended with ${code ?? signal}`))
  }

  /** Whether the process is gone. */
  get ended(): boolean {
    return this.#ended
  }

  /** Asks the process; rejects when it fails, ends, or says nothing for `limit` milliseconds. */
  call<K extends keyof S & string>(name: K, argument: Argument<S, K>, limit = 60_000): Promise<Result<S, K>> {
    const id = this.#requests++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle({ id, failure: `no answer within ${limit / 1000} s` }), limit)
      const settle = ({ failure, result }: Response): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        if (failure === undefined) resolve(result as Result<S, K>)
        else reject(new Error(failure))
      }
      this.#waiting.set(id, settle)
      if (this.#ended) settle({ id, failure: 'the process has ended' })
      else this.#process.send({ id, name, argument } satisfies Request)
    })
  }

  /** Ends the process, if need be by force. */
  async stop(): Promise<void> {
    if (this.#ended) return
    const ended = once(this.#process, 'exit')
    if (this.#process.connected) this.#process.disconnect()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 2_000)
    await ended
    clearTimeout(timer)
  }

  #fail(failure: string): void {
    this.#ended = true
    for (const [id, settle] of this.#waiting) settle({ id, failure })
  }
}
