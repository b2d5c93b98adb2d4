/** Requests between two processes: what one serves, the other calls. */

/** What a process can be asked for; arguments and results must be JSON. */
export type Service = Readonly<Record<string, (argument: never) => unknown>>

/** A question on its way. */
export interface Request {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

/** The answer to it: a result, or why there is none. */
export interface Response {
  readonly id: number
  readonly result?: unknown
  readonly failure?: string
}

/** Answers the parent process, and ends with it. */
export function serve(service: Service): void {
  process.on('message', async ({ id, name, argument }: Request) => {
    process.send?.(await answer(service, id, name, argument))
  })
  process.on('disconnect', () => process.exit())
}

async function answer(service: Service, id: number, name: string, argument: unknown): Promise<Response> {
  try {
    return { id, result: await service[name]?.(argument as never) }
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) }
  }
}
