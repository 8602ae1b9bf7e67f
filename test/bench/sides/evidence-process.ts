import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from '../../../src/archive/record/files.js'
import { makeBundle } from '../../../src/audit/bundle/make-bundle.js'
import { openReader, rootOfDay } from '../../../src/audit/ledger/day-lines.js'
import { daysOfManifest } from '../../../src/audit/ledger/states.js'
import { FILES, type Snapshot } from '../../../src/audit/reports/folder.js'
import { verifyPath } from '../../../src/audit/verify/verify-path.js'
import { round } from '../measure/cost.js'
import { forgetPeak, usageOf } from '../measure/processes.js'
import type { EvidenceOrder, EvidenceWork } from './evidence-order.js'

/** The process of `evidence.ts`. */

const LOOK_MS = 200
const LEVELS = 10
const MIB = 1024 * 1024

type Done = Pick<EvidenceWork, 'made' | 'rows' | 'wrong'>

async function work(order: EvidenceOrder): Promise<Done> {
  const nothing = { made: null, rows: 0, wrong: 0 }
  switch (order.what) {
    case 'bundle':
      return { ...nothing, made: await makeBundle(order.order, new AbortController().signal, () => undefined) }
    case 'seal':
      return { ...nothing, rows: await seal(order.reportDir) }
    case 'verify':
      return { ...nothing, wrong: (await verifyPath(order.path, {})).findings.filter(({ ok }) => !ok).length }
  }
}

/** As the thread of the ledger does for each day that is new. */
async function seal(reportDir: string): Promise<number> {
  const { files } = JSON.parse(readFileSync(join(reportDir, FILES.snapshot), 'utf8')) as Snapshot
  const dir = join(reportDir, FILES.archive)
  const instance = await openReader()
  let rows = 0
  for (const day of daysOfManifest({ days: files })) {
    for (const { name } of day.files) await measure(join(dir, name))
    const connection = await instance.connect()
    rows += (await rootOfDay(connection, dir, day)).rows
    connection.closeSync()
  }
  instance.closeSync()
  return rows
}

const order = JSON.parse(process.argv[2] ?? '') as EvidenceOrder
forgetPeak(process.pid)
const rssStartMiB = round(process.memoryUsage.rss() / MIB)
const levels: number[] = []
const look = setInterval(() => levels.push(round(process.memoryUsage.rss() / MIB)), LOOK_MS)
const before = usageOf(process.pid).cpuSeconds
const begun = performance.now()
const done = await work(order)
const seconds = round((performance.now() - begun) / 1000)
clearInterval(look)
levels.push(round(process.memoryUsage.rss() / MIB))
const { cpuSeconds, rssPeakBytes } = usageOf(process.pid)
process.send?.({
  ...done,
  seconds,
  cpuSeconds: round(cpuSeconds - before),
  rssStartMiB,
  rssPeakMiB: round(rssPeakBytes / MIB),
  rssMiB: Array.from({ length: LEVELS }, (_, i) => levels[Math.ceil(((i + 1) * levels.length) / LEVELS) - 1]!),
} satisfies EvidenceWork)
