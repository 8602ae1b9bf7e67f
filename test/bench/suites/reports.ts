import { join } from 'node:path'
import type { AuditJob } from '../../../src/base/report.js'
import { getJson, settled, startGateway, type TestGateway, until } from '../../support/gateway.js'
import { DEVICE_COUNT, reportPlantConfig, SERIES_COUNT, sendDays } from '../load/report-plant.js'
import { loadAverage, median, meter, round } from '../measure/cost.js'
import { lineThrough, on } from '../measure/line.js'
import { end, usageOf } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { removeScratch } from '../measure/scratch.js'
import { workOnEvidence } from '../sides/evidence.js'
import type { EvidenceWork } from '../sides/evidence-order.js'
import { type BenchOptions, say } from './options.js'

const PLANT = 'bench'
const ZONE = 'Asia/Shanghai'
const FROM = '2025-01-01'
const FIRST_MS = Date.parse(`${FROM}T00:00:00+08:00`)
/** The plant also sends before and after the period, as a plant does. */
const MARGIN_DAYS = 1
const DAY_MS = 86_400_000
/** So many readings has the year at full size. */
const FULL_READINGS = 365 * 86_400 * SERIES_COUNT
/** Times by which the three years are thinner than the densest. */
const THINNING = [4, 2, 1]
const LONG_MS = 3_600_000
const QUIET_MS = 3000
const MIB = 1024 * 1024

interface Wall {
  readonly seconds: number
  readonly cpuSeconds: number
}

interface Density {
  readonly periodS: number
  readonly readings: number
  readonly archived: Wall
  readonly draft: Wall
  readonly freeze: Wall
  readonly seal: EvidenceWork
  readonly bundle: EvidenceWork
  readonly verify: EvidenceWork
  readonly loadAverage: number
}

/**
 * A year of one plant with 50 devices at three densities, from the readings to the verified bundle; what the year would cost
 * at a reading a second is reckoned from the line through the three.
 */
export async function reports({ messages, rounds, days }: BenchOptions): Promise<Outcome> {
  const densest = (days * 86_400 * SERIES_COUNT) / messages
  // A year takes long to come in, so they come in side by side; what is measured is measured one after the other.
  const filled = THINNING.map((thinner) => fill(divisorOfDay(densest * thinner), days))
  for (const year of filled) year.catch(() => undefined)
  const runs: Density[] = []
  await Promise.all(filled)
  for (const year of filled) {
    const run = await measure(await year, days, rounds)
    runs.push(run)
    say(JSON.stringify(run))
  }
  const costs: Readonly<Record<string, (run: Density) => Wall>> = {
    'draft report': ({ draft }) => draft,
    freeze: ({ freeze }) => freeze,
    seal: ({ seal }) => seal,
    bundle: ({ bundle }) => bundle,
    verify: ({ verify }) => verify,
  }
  const reckoned = Object.entries(costs).map(([name, of]) => {
    const line = lineThrough(runs.map((run) => [run.readings, of(run).cpuSeconds]))
    return {
      name,
      fixedSeconds: round(line.fixed),
      usPerReading: round(line.perUnit * 1e6),
      residual: round(line.residual),
      fullSeconds: Math.round(on(line, FULL_READINGS)),
    }
  })
  const peaks = (of: (run: Density) => EvidenceWork) => runs.map((run) => of(run).rssPeakMiB)
  return {
    settings: { devices: DEVICE_COUNT, series: SERIES_COUNT, days, drafts: rounds, fullReadings: FULL_READINGS },
    versions: {},
    figures: { runs, reckoned },
    table: [
      [
        '',
        ...runs.map(({ periodS }) => `each ${periodS} s`),
        'fixed s',
        'us a reading',
        'off by at most',
        '1 Hz, reckoned',
      ],
      ['readings', ...runs.map(({ readings }) => readings), '', '', '', FULL_READINGS],
      ...reckoned.map(({ name, fixedSeconds, usPerReading, residual, fullSeconds }) => [
        `${name}, CPU s`,
        ...runs.map((run) => costs[name]!(run).cpuSeconds),
        ...[fixedSeconds, usPerReading, `${Math.round(residual * 100)} %`, fullSeconds],
      ]),
      ...Object.entries(costs).map(([name, of]) => [
        `${name}, s`,
        ...runs.map((run) => of(run).seconds),
        '',
        '',
        '',
        '',
      ]),
      ['bundle, MiB', ...runs.map(({ bundle }) => round((bundle.made?.bytes ?? 0) / MIB)), '', '', '', ''],
      ['bundle, peak RSS MiB', ...peaks(({ bundle }) => bundle), '', '', '', ''],
      ['verify, peak RSS MiB', ...peaks(({ verify }) => verify), '', '', '', ''],
      ['seal, peak RSS MiB', ...peaks(({ seal }) => seal), '', '', '', ''],
    ],
  }
}

/** A gateway that has a year in its archive and nothing to do. */
interface Year {
  readonly periodS: number
  readonly gateway: TestGateway
  readonly archived: Wall
}

async function fill(periodS: number, days: number): Promise<Year> {
  const gateway = await startGateway({ config: reportPlantConfig(PLANT, ZONE, periodS) })
  const fromMs = FIRST_MS - MARGIN_DAYS * DAY_MS
  const archived = await costOf(gateway, async () => {
    await sendDays(gateway, { plant: PLANT, fromMs, days: days + 2 * MARGIN_DAYS, periodS })
    say(`each ${periodS} s: sent`)
    await settled(gateway, LONG_MS)
    say(`each ${periodS} s: computed`)
    await atRest(gateway, days)
  })
  say(`each ${periodS} s: archived, ${JSON.stringify(archived)}, load ${loadAverage()}`)
  return { periodS, gateway, archived }
}

async function measure({ periodS, gateway, archived }: Year, days: number, drafts: number): Promise<Density> {
  try {
    const to = new Date(Date.parse(FROM) + days * DAY_MS).toISOString().slice(0, 10)
    const request = { plants: [PLANT], from: FROM, to }
    const made: Wall[] = []
    for (let i = 0; i < drafts; i++) {
      made.push(await costOf(gateway, async () => void (await work(gateway, '/reports', request))))
    }
    say(`drafts ${JSON.stringify(made)}`)
    let id = ''
    let version = 0
    const freeze = await costOf(gateway, async () => {
      const path = `/reports/${PLANT}.ghg.${FROM}.${to}/freeze`
      const { report } = await work(gateway, path, { by: 'bench', languages: ['en', 'zh'] })
      id = report!.id
      version = report!.version
    })
    const reportDir = join(gateway.dataDir, 'reports', id, `v${version}`)
    await end(gateway.process)
    const out = join(gateway.dir, 'bundle.zip')
    const order = { report: { id, version }, reportDir, ledgerDir: join(gateway.dataDir, 'ledger'), out }
    const seal = await workOnEvidence({ what: 'seal', reportDir })
    const bundle = await workOnEvidence({ what: 'bundle', order })
    const verify = await workOnEvidence({ what: 'verify', path: out })
    if (verify.wrong > 0) throw new Error(`${verify.wrong} findings of the verifier are not right`)
    return {
      periodS,
      readings: ((days * 86_400) / periodS) * SERIES_COUNT,
      archived,
      draft: {
        seconds: median(made.map(({ seconds }) => seconds)),
        cpuSeconds: median(made.map(({ cpuSeconds }) => cpuSeconds)),
      },
      ...{ freeze, seal, bundle, verify },
      loadAverage: loadAverage(),
    }
  } finally {
    await end(gateway.process)
    removeScratch(gateway.dir)
  }
}

/** By the clock, and processor time of the gateway. */
async function costOf(gateway: TestGateway, run: () => Promise<void>): Promise<Wall> {
  const cost = meter({ gateway: gateway.process.pid! })
  const begun = performance.now()
  await run()
  return { seconds: round((performance.now() - begun) / 1000), cpuSeconds: cost.read().cpuSeconds }
}

/** Until files of days are made and sealed: then the gateway has nothing to do. */
async function atRest(gateway: TestGateway, days: number): Promise<void> {
  let before = -Infinity
  let entries = -1
  await until(
    async () => {
      const { cpuSeconds } = usageOf(gateway.process.pid!)
      const ledger = await getJson<{ entries: Readonly<Record<string, number>> }>(gateway, '/api/v1/ledger')
      const { day = 0 } = ledger.entries
      const isIdle = cpuSeconds - before < 0.5 && day === entries && day >= days
      before = cpuSeconds
      entries = day
      return isIdle
    },
    LONG_MS,
    QUIET_MS,
  )
}

/** Hands work in and waits for its end. */
async function work(gateway: TestGateway, path: string, body: object): Promise<AuditJob> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  let job = (await answer.json()) as AuditJob
  await until(
    async () => {
      job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${job.id}`)
      return job.state === 'done' || job.state === 'failed'
    },
    LONG_MS,
    100,
  )
  if (job.state === 'failed') throw new Error(`${path}: ${job.detail.en}`)
  return job
}

/** So that every day has the same readings. */
function divisorOfDay(seconds: number): number {
  let found = Math.max(1, Math.round(seconds))
  while (86_400 % found !== 0) found--
  return found
}
