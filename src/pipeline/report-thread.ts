import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { makeBundle } from '../audit/bundle/make-bundle.js'
import { renderings } from '../audit/render/renderings.js'
import { FILES } from '../audit/reports/folder.js'
import { verifyPath } from '../audit/verify/verify-path.js'
import type { Report } from '../base/report.js'
import { reportFonts } from './report-fonts.js'
import type { FromReportThread, ReportWork } from './report-tasks.js'

/** Renders, packs and checks beside the pipeline. One piece of work a thread: what it took goes with it. */

async function run(work: ReportWork, answer: (message: FromReportThread) => void): Promise<void> {
  const onProgress = (share: number, detail: FromProgress['detail']) => answer({ type: 'progress', share, detail })
  switch (work.what) {
    case 'render': {
      const report = JSON.parse(await readFile(work.report, 'utf8')) as Report
      const { status, fingerprint, frozen, languages } = work
      const whose = frozen === null ? {} : { frozen }
      const options = { status, fingerprint, languages, fontsFolder: reportFonts, ...whose }
      for await (const { path, bytes } of renderings(report, options)) {
        if (path === FILES.report) continue
        if (work.only !== null && path !== work.only) continue
        if (work.dir === null) return answer({ type: 'file', bytes })
        await mkdir(dirname(join(work.dir, path)), { recursive: true })
        await writeFile(join(work.dir, path), bytes)
      }
      return answer({ type: 'done', findings: [] })
    }
    case 'bundle':
      await makeBundle(work.order, stopping.signal, onProgress)
      return answer({ type: 'done', findings: [] })
    case 'check':
      return answer({ type: 'done', findings: (await verifyPath(work.path, { key: work.fingerprint })).findings })
  }
}

type FromProgress = Extract<FromReportThread, { type: 'progress' }>

if (parentPort === null) throw new Error('report-thread runs as a worker thread')
const parent = parentPort
const stopping = new AbortController()
parent.on('message', () => stopping.abort())
// It waits for nothing: the thread ends with its work.
parent.unref()
void run(workerData as ReportWork, (message) => parent.postMessage(message))
