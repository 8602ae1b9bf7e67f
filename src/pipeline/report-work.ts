import { Worker } from 'node:worker_threads'
import type { Finding, Text } from '../base/report.js'
import type { FromReportThread, ReportWork } from './report-tasks.js'

export interface ReportWorkResult {
  readonly findings: readonly Finding[]
  /** null where nothing was handed back. */
  readonly bytes: Uint8Array | null
}

/**
 * Does a piece of work in a thread of its own. Aborted, the thread ends where it is, and its files are not whole then; it
 * rejects when the thread is gone. One that works in DuckDB ends itself: terminated there it would take the process with it.
 */
export function doReportWork(
  work: ReportWork,
  signal: AbortSignal,
  onProgress: (share: number, detail: Text) => void = () => undefined,
): Promise<ReportWorkResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./report-thread.js', import.meta.url), { workerData: work })
    let worked: ReportWorkResult | null = null
    const stop = () => {
      if (work.what === 'bundle') worker.postMessage('stop')
      else void worker.terminate()
    }
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    worker.on('message', (message: FromReportThread) => {
      if (message.type === 'progress') onProgress(message.share, message.detail)
      else if (message.type === 'file') worked = { findings: [], bytes: message.bytes }
      else worked = { findings: message.findings, bytes: null }
    })
    worker.once('error', reject)
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason)
      else if (worked === null)
        reject(new Error(`the thread for reports ended in the middle of its work (${work.what})`))
      else resolve(worked)
    })
  })
}
