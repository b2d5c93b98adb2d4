import type { Socket as TcpSocket } from 'node:net'

/** Waits for an event of a socket, its failure, or the signal. */
export function ready(socket: TcpSocket, event: 'connect' | 'secureConnect', signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void) => (): void => {
      socket.off(event, onReady).off('error', onError).off('close', onClose)
      signal?.removeEventListener('abort', onAbort)
      run()
    }
    const onReady = settle(resolve)
    const onError = (error: Error): void => settle(() => reject(error))()
    const onClose = settle(() => reject(new Error('the connection was closed')))
    const onAbort = settle(() => {
      socket.destroy()
      reject(signal?.reason)
    })
    socket.once(event, onReady).once('error', onError).once('close', onClose)
    signal?.addEventListener('abort', onAbort)
  })
}
