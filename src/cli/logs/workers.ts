import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { from, map, mergeMap, Observable } from 'rxjs'
import { countTask, type Task, type Told } from './count-task.ts'

/**
 * Does tasks, several at a time. Emits what is told, and of what; completes when all are done. When `stop` is aborted
 * they give what they have.
 *
 * Those that are done at the same time have a thread each. What is done alone is done here, for a thread has to load
 * everything anew and to become fast again.
 */
export function countAtOnce(
  tasks: readonly Task[],
  workers: number | undefined,
  stop: AbortSignal,
): Observable<{ readonly task: Task; readonly told: Told }> {
  const most = workers ?? availableParallelism()
  const count = Math.min(most, tasks.length) > 1 ? countOnThread : countHere
  return from(tasks).pipe(mergeMap((task) => count(task, stop).pipe(map((told) => ({ task, told }))), most))
}

function countHere(task: Task, stop: AbortSignal): Observable<Told> {
  return new Observable((subscriber) => {
    // One that has not begun has nothing to give.
    if (stop.aborted) return subscriber.complete()
    void countTask(task, stop, (told) => subscriber.next(told)).then(() => subscriber.complete())
  })
}

function countOnThread(task: Task, stop: AbortSignal): Observable<Told> {
  return new Observable((subscriber) => {
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
