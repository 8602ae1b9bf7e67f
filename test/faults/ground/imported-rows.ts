import { spawn } from 'node:child_process'
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { watched } from '../../bench/measure/processes.js'
import { removeScratch, scratchDir } from '../../bench/measure/scratch.js'
import { removeData, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { allPoints } from '../../support/series.js'
import { type Held, MemoryWatch } from './memory-watch.js'

const CLI = join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'cli.js')
const METERS = 100
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const MINUTES_A_DAY = 1440
/** Past behind the last row, so that every window of it is final. */
const MARGIN_DAYS = 30
/** Hundredths of a kWh that each register grows by a minute: sums of whole numbers are exact. */
const STEP = 25
const MINUTES_OF_A_PIECE = 100
const LOOK_MS = 1000
const SETTLED_MS_MAX = 6 * 3_600_000
/** Relative difference of a day's sum that adding in another order may make. */
const TOLERANCE = 1e-9

export interface ImportedRows {
  readonly rows: number
  readonly acknowledgedS: number
  readonly settledS: number
  readonly command: Held
  readonly gateway: Held
  /** Times that the noted progress had gone on while the command ran. */
  readonly progressSteps: number
  /** Days of the plant whose sum was looked at. */
  readonly days: number
  /** One sentence each. */
  readonly broken: readonly string[]
}

/** Imports so many rows of meters, one a minute each, and looks at what the gateway has of them. */
export async function imported(rowsAsked: number, say: (line: string) => void): Promise<ImportedRows> {
  const minutes = Math.ceil(rowsAsked / METERS)
  const rows = minutes * METERS
  const days = Math.ceil(minutes / MINUTES_A_DAY) + MARGIN_DAYS
  const startMs = Math.floor(Date.now() / DAY_MS - days) * DAY_MS
  const dir = scratchDir('import')
  const file = join(dir, 'meters.csv')
  await pipeline(Readable.from(csvOf(minutes, startMs)), createWriteStream(file))
  const gateway = await startGateway({ config: { plants: [PLANT] } })
  const memory = new MemoryWatch(gateway)
  try {
    const beganMs = performance.now()
    const sent = await sendFile(gateway, file, dir, say)
    const acknowledgedS = secondsSince(beganMs)
    say(`acknowledged after ${acknowledgedS} s`)
    const { readings, closes } = await settled(gateway, SETTLED_MS_MAX)
    const settledS = secondsSince(beganMs)
    const held = memory.end()
    const broken = [...sent.broken]
    if (!closes) broken.push('the accounting does not close')
    if (readings.archived !== rows || readings.conflict !== 0)
      broken.push(`${readings.archived} readings of ${rows} rows, ${readings.conflict} in conflict`)
    const looked = await wrongDays(gateway, minutes, startMs)
    broken.push(...looked.wrong)
    return {
      ...{ rows, acknowledgedS, settledS, command: sent.held, gateway: held },
      ...{ progressSteps: sent.steps, days: looked.days, broken },
    }
  } finally {
    memory.end()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    removeScratch(dir)
  }
}

const METER_IDS = Array.from({ length: METERS }, (_, i) => `meter-${String(i + 1).padStart(3, '0')}`)
const PLANT = {
  id: 'p',
  name: { en: 'P' },
  timezone: 'UTC',
  devices: METER_IDS.map((id) => ({ id, line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } })),
}

function* csvOf(minutes: number, startMs: number): Generator<string> {
  yield 'time,meter,kwh\n'
  for (let minute = 0; minute < minutes; minute += MINUTES_OF_A_PIECE) {
    const lines: string[] = []
    for (let one = minute; one < Math.min(minutes, minute + MINUTES_OF_A_PIECE); one++) {
      const time = new Date(startMs + one * MINUTE_MS).toISOString()
      for (const meter of METER_IDS) lines.push(`${time},${meter},${(one * STEP) / 100}\n`)
    }
    yield lines.join('')
  }
}

interface Sent {
  readonly held: Held
  readonly steps: number
  readonly broken: readonly string[]
}

async function sendFile(gateway: TestGateway, file: string, dir: string, say: (line: string) => void): Promise<Sent> {
  const mapping = join(dir, 'mapping.yaml')
  const values = [{ column: 'kwh', metric: 'elec_import_kwh', unit: 'kWh' }]
  const place = { plant: 'p', line: 'hall', device: '{meter}' }
  writeFileSync(mapping, stringify({ time: { column: 'time', format: 'rfc3339' }, ...place, values }))
  const config = join(gateway.dir, 'greengauge.yaml')
  const args = ['import', file, '--mapping', mapping, '--config', config, '--send', '--json']
  const child = watched(spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'pipe'] }))
  let complaints = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000)
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const memory = new MemoryWatch({ process: child })
  let [noted, steps] = [0, 0]
  while (child.exitCode === null && child.signalCode === null) {
    await Promise.race([exited, sleep(LOOK_MS)])
    const rows = notedRows(mapping)
    if (rows > noted) {
      steps++
      if (steps % 60 === 1) say(`${rows} rows acknowledged`)
    }
    noted = rows
  }
  const code = await exited
  return { held: memory.end(), steps, broken: code === 0 ? [] : [`the command ended with ${code}: ${complaints}`] }
}

function notedRows(mapping: string): number {
  try {
    return (JSON.parse(readFileSync(`${mapping}.progress`, 'utf8')) as { imports: { rows: number }[] }).imports[0]!.rows
  } catch {
    return 0
  }
}

/** Whole days of the plant whose energy is not what all meters together have counted. */
async function wrongDays(
  gateway: TestGateway,
  minutes: number,
  startMs: number,
): Promise<{ days: number; wrong: string[] }> {
  const days = Math.floor((minutes - 1) / MINUTES_A_DAY)
  const [from, to] = [startMs, startMs + days * DAY_MS].map((ms) => new Date(ms).toISOString())
  if (days === 0) return { days, wrong: [] }
  const what = { plant: 'p', kpi: 'energy_elec_import', window: '1d', scope: 'plant', id: 'p' } as const
  const points = await allPoints(gateway, { ...what, from: from!, to: to! })
  const expected = (METERS * MINUTES_A_DAY * STEP) / 100
  const wrong = points
    .filter(({ value, coverage }) => Math.abs((value ?? 0) / expected - 1) > TOLERANCE || coverage !== 1)
    .map(({ start, value, coverage }) => `${start}: ${value} kWh instead of ${expected}, coverage ${coverage}`)
  if (points.length !== days) wrong.push(`${points.length} days instead of ${days}`)
  return { days, wrong }
}

function secondsSince(ms: number): number {
  return Math.round((performance.now() - ms) / 1000)
}
