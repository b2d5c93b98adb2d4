import { on } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { countTask, type Task, type Told } from './count-task.ts'

/** Is told of tasks. What it throws ends all of them. */
export type Tell = (task: Task, told: Told) => void

type NextTask = () => Task | undefined

/**
 * Does tasks, several at a time, and tells of each; resolves when all are done. When `stop` is aborted those that have
 * begun give what they have, and no others begin.
 *
 * One after the other is done here, and others meanwhile on threads. Each takes the next task when it is done with one:
 * a thread has to load everything anew and to become fast again, so there are no more of them than are needed.
 */
export async function countAtOnce(
  tasks: readonly Task[],
  workers: number | undefined,
  stop: AbortSignal,
  tell: Tell,
): Promise<void> {
  const left = tasks.values()
  const failed = new AbortController()
  const signal = AbortSignal.any([stop, failed.signal])
  const next: NextTask = () => (signal.aborted ? undefined : left.next().value)
  const threads = Math.min(workers ?? availableParallelism(), tasks.length) - 1
  const counting = Array.from({ length: Math.max(0, threads) }, () => countOnThread(next, signal, tell))
  try {
    await Promise.all([...counting, countHere(next, signal, tell)])
  } finally {
    failed.abort()
  }
}

async function countHere(next: NextTask, signal: AbortSignal, tell: Tell): Promise<void> {
  for (let task = next(); task !== undefined; task = next()) {
    const here = task
    await countTask(here, signal, (told) => tell(here, told))
  }
}

async function countOnThread(next: NextTask, signal: AbortSignal, tell: Tell): Promise<void> {
  let task = next()
  if (task === undefined) return
  const worker = new Worker(new URL(`./worker${import.meta.url.slice(-3)}`, import.meta.url))
  const onStop = (): void => worker.postMessage('stop')
  signal.addEventListener('abort', onStop)
  try {
    worker.postMessage(task)
    for await (const [told] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[Told]>) {
      tell(task, told)
      if (told.kind === 'progress') continue
      task = next()
      if (task === undefined) return
      worker.postMessage(task)
    }
    throw new Error('a thread ended by itself')
  } finally {
    signal.removeEventListener('abort', onStop)
    void worker.terminate()
  }
}
