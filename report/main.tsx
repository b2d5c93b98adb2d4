/**
 * The page of a report. Its data come with it, as JSON; while a log is followed they come anew from the server that
 * gave the page. Texts of others become text nodes and nothing else.
 */
import 'uplot/dist/uPlot.min.css'
import './style.css'
import { render } from 'preact'
import type { ReportData } from '../src/cli/report/data.ts'
import { Page } from './page.tsx'

const root = document.getElementById('report')
const embedded = document.getElementById('data')?.textContent
if (root !== null && typeof embedded === 'string') {
  const show = (data: ReportData): void => render(<Page data={data} />, root)
  const data: ReportData = JSON.parse(embedded)
  show(data)
  if (data.live) follow(show)
}

function follow(show: (data: ReportData) => void): void {
  const events = new EventSource('events')
  events.addEventListener('message', ({ data }) => show(JSON.parse(data)))
  events.addEventListener('error', () => document.body.classList.add('lost'))
  events.addEventListener('open', () => document.body.classList.remove('lost'))
}
