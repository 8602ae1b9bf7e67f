import { Worker } from 'node:worker_threads'
import type { BundleOrder } from '../audit/bundle/make-bundle.js'
import type { ReportLanguage } from '../audit/render/language.js'
import type { Finding, ReportStatus, Text } from '../base/report.js'

/** What is done in a thread of its own. */
export type ReportWork =
  | {
      readonly what: 'render'
      /** Path of the report's JSON. */
      readonly report: string
      readonly status: ReportStatus
      readonly fingerprint: string
      readonly languages: readonly ReportLanguage[]
      /** Folder that all of it is written to; null for one that is handed back. */
      readonly dir: string | null
      /** Name of the one that is wanted; null for all. */
      readonly only: string | null
    }
  | { readonly what: 'bundle'; readonly order: BundleOrder }
  | { readonly what: 'check'; readonly path: string; readonly fingerprint: string }

export type FromReportThread =
  | { readonly type: 'progress'; readonly share: number; readonly detail: Text }
  | { readonly type: 'file'; readonly bytes: Uint8Array }
  | { readonly type: 'done'; readonly findings: readonly Finding[] }

export interface Worked {
  readonly findings: readonly Finding[]
  /** null where nothing was handed back. */
  readonly bytes: Uint8Array | null
}

/** Does a piece of work in a thread of its own. Aborted, the thread ends where it is: its files are not whole then. */
export function doReportWork(
  work: ReportWork,
  signal: AbortSignal,
  onProgress: (share: number, detail: Text) => void = () => undefined,
): Promise<Worked> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../report-thread.js', import.meta.url), { workerData: work })
    let worked: Worked | null = null
    const stop = () => {
      reject(signal.reason)
      void worker.terminate()
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    worker.on('message', (message: FromReportThread) => {
      if (message.type === 'progress') onProgress(message.share, message.detail)
      else if (message.type === 'file') worked = { findings: [], bytes: message.bytes }
      else worked = { findings: message.findings, bytes: null }
    })
    worker.once('error', reject)
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      if (worked === null) reject(new Error(`the thread for reports ended in the middle of its work (${work.what})`))
      else resolve(worked)
    })
  })
}
