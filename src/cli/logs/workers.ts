import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { defer, from, map, mergeMap, Observable } from 'rxjs'
import type { Task, Told } from './worker.ts'

/**
 * Counts several files or pieces at a time, each on a thread of its own. Emits what the threads tell, and of what;
 * completes when all are counted. When `stop` is aborted the threads give what they have.
 */
export function countOnThreads(
  tasks: readonly Task[],
  workers: number | undefined,
  stop: AbortSignal,
): Observable<{ readonly task: Task; readonly told: Told }> {
  return from(tasks).pipe(
    mergeMap(
      (task) => defer(() => countOnThread(task, stop)).pipe(map((told) => ({ task, told }))),
      workers ?? availableParallelism(),
    ),
  )
}

function countOnThread(task: Task, stop: AbortSignal): Observable<Told> {
  return new Observable((subscriber) => {
    // One that has not begun has nothing to give.
    if (stop.aborted) return subscriber.complete()
    const worker = new Worker(new URL(`./worker${import.meta.url.slice(-3)}`, import.meta.url), { workerData: task })
    const onStop = (): void => worker.postMessage('stop')
    stop.addEventListener('abort', onStop)
    worker
      .on('message', (told: Told) => subscriber.next(told))
      .on('error', (error) => subscriber.error(error))
      .on('exit', () => subscriber.complete())
    return () => {
      stop.removeEventListener('abort', onStop)
      void worker.terminate()
    }
  })
}
