import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { merge, Observable } from 'rxjs'
import { countTask, type Task, type Told } from './count-task.ts'

/** What is told, and of what. */
export interface ToldOf {
  readonly task: Task
  readonly told: Told
}

/**
 * Does tasks, several at a time. Emits what is told of each; completes when all are done. When `stop` is aborted those
 * that have begun give what they have, and no others begin.
 *
 * One after the other is done here, and others meanwhile on threads. Each takes the next task when it is done with one:
 * a thread has to load everything anew and to become fast again, so there are no more of them than are needed.
 */
export function countAtOnce(
  tasks: readonly Task[],
  workers: number | undefined,
  stop: AbortSignal,
): Observable<ToldOf> {
  const left = tasks.values()
  const next = (): Task | undefined => (stop.aborted ? undefined : left.next().value)
  const threads = Math.min(workers ?? availableParallelism(), tasks.length) - 1
  return merge(...Array.from({ length: Math.max(0, threads) }, () => countOnThread(next, stop)), countHere(next, stop))
}

function countHere(next: () => Task | undefined, stop: AbortSignal): Observable<ToldOf> {
  return new Observable((subscriber) => {
    const unsubscribed = new AbortController()
    const signal = AbortSignal.any([stop, unsubscribed.signal])
    const countAll = async (): Promise<void> => {
      while (!subscriber.closed) {
        const task = next()
        if (task === undefined) return subscriber.complete()
        await countTask(task, signal, (told) => subscriber.next({ task, told }))
      }
    }
    void countAll()
    return () => unsubscribed.abort()
  })
}

function countOnThread(next: () => Task | undefined, stop: AbortSignal): Observable<ToldOf> {
  return new Observable((subscriber) => {
    const first = next()
    if (first === undefined) return subscriber.complete()
    let task = first
    const worker = new Worker(new URL(`./worker${import.meta.url.slice(-3)}`, import.meta.url))
    const onStop = (): void => worker.postMessage('stop')
    stop.addEventListener('abort', onStop)
    worker
      .on('message', (told: Told) => {
        subscriber.next({ task, told })
        if (told.kind === 'progress') return
        const following = next()
        if (following === undefined) return subscriber.complete()
        task = following
        worker.postMessage(task)
      })
      .on('error', (error) => subscriber.error(error))
      .on('exit', (code) => subscriber.error(new Error(`a thread ended by itself, with ${code}`)))
    worker.postMessage(task)
    return () => {
      stop.removeEventListener('abort', onStop)
      void worker.terminate()
    }
  })
}
