import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exitCodes, Failure } from '../failure.ts'
import { printableData, type ReportData } from './data.ts'
import { policy, reportHtml } from './html.ts'

// Milliseconds between two looks at the figures.
const period = 2_000

/**
 * Shows a report to browsers on this machine until `stop` is aborted, and tells them of new figures while the log is
 * followed. `onReady` is told where.
 *
 * The address has a secret part: others on this machine may connect to it, and mail addresses are not for them.
 */
export async function serveReport(
  data: () => ReportData,
  port: number,
  stop: AbortSignal,
  onReady: (url: string) => void,
): Promise<void> {
  const secret = randomBytes(16).toString('base64url')
  const server = createServer((request, response) => answer(request, response, data, `/${secret}/`))
  await listening(server, port)
  const { port: bound } = server.address() as AddressInfo
  onReady(`http://127.0.0.1:${bound}/${secret}/`)
  if (!stop.aborted)
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
  server.close()
  server.closeAllConnections()
}

async function listening(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    throw new Failure(exitCodes.unavailable, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function answer(request: IncomingMessage, response: ServerResponse, data: () => ReportData, root: string): void {
  if (!isForUs(request)) return refuse(response, 403, 'this report is for http://127.0.0.1 alone')
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'GET or HEAD')
  if (request.url === root) return page(response, data())
  if (request.url === `${root}events`) return events(response, data)
  refuse(response, 404, 'there is nothing here')
}

/**
 * Tells whether a request names this machine. A page from elsewhere can have its own name lead here, and then ask as if
 * this were its server: the name is what gives it away.
 */
function isForUs({ headers: { host }, socket }: IncomingMessage): boolean {
  return ['127.0.0.1', 'localhost'].some((name) => host === `${name}:${socket.localPort}`)
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

function page(response: ServerResponse, data: ReportData): void {
  // A meta element cannot forbid frames.
  const csp = `${policy(data.live)}; frame-ancestors 'none'`
  response
    .writeHead(200, { ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': csp })
    .end(reportHtml(data))
}

const headers = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** Sends the figures whenever they have changed (server-sent events). */
function events(response: ServerResponse, data: () => ReportData): void {
  response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream' })
  let before = ''
  const send = (): void => {
    const current = data()
    const figures = JSON.stringify(current.overview)
    // What a slow reader has not taken yet is old already.
    if (figures === before || response.writableNeedDrain) return
    before = figures
    response.write(`data: ${JSON.stringify(printableData(current))}\n\n`)
  }
  send()
  const timer = setInterval(send, period)
  response.on('close', () => clearInterval(timer))
}
