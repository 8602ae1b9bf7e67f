import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { type RecordFile, writeParquet } from '../../src/archive/record/files.js'
import { frozenFiles } from '../../src/audit/bundle/frozen-files.js'
import { rootOfDay } from '../../src/audit/ledger/day-lines.js'
import { canonical, canonicalHash, type LedgerBody } from '../../src/audit/ledger/entry.js'
import { Ledger } from '../../src/audit/ledger/ledger.js'
import { systemClock } from '../../src/base/clock.js'
import type { Report } from '../../src/base/report.js'
import { utcDayStartMs } from '../../src/base/utc-day.js'

/**
 * A frozen version of a report as a data directory has it, small enough to be checked by head: a meter that counts 96 kWh a day (1 kWh
 * each 15 min), read each 15 minutes at 7 min past, for three days of Shanghai (2026-10-01 to 03), with late readings on one of them.
 */
export interface Frozen {
  readonly reportDir: string
  readonly ledgerDir: string
  readonly report: { readonly id: string; readonly version: number }
}

export const PLANT = 'suzhou-1'
export const FROZEN_ID = `${PLANT}.ghg.2026-10-01.2026-10-04`

export interface FrozenOptions {
  /** Meters beside `main-1`, and how often each is read, s. */
  readonly devices?: number
  readonly periodS?: number
  /** Days of UTC with readings, from 2026-09-30 on. */
  readonly days?: number
}

const FIRST_DAY = Date.parse('2026-09-30T00:00:00Z') / 86_400_000

/** Makes one in an empty folder. */
export async function frozenReport(dir: string, options: FrozenOptions = {}): Promise<Frozen> {
  const { devices = 1, periodS = 900, days = 5 } = options
  const reportDir = join(dir, 'reports', FROZEN_ID, 'v1')
  const ledgerDir = join(dir, 'ledger')
  const archive = join(reportDir, 'archive')
  const ledger = await Ledger.open({ dir: ledgerDir, clock: systemClock, program: 'test' })
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' })
  const connection = await instance.connect()
  const plant = { id: PLANT, timezone: 'Asia/Shanghai', devices: [{ id: 'main-1', role: 'main' }] }
  const factors = { 'emission-factors.csv': 'id,activity,value\ncn.grid.test,grid electricity,0.5\n' }
  const configuration = { kind: 'configuration', from: '2026-09-01T00:00:00.000Z', sha256: canonicalHash({}) } as const
  await ledger.append([
    { ...configuration, plants: { [PLANT]: canonicalHash(plant) } },
    {
      kind: 'factors',
      sha256: canonicalHash(factors),
      files: { 'emission-factors.csv': hashOf(factors['emission-factors.csv']) },
    },
  ])
  const bodies: LedgerBody[] = []
  for (let day = FIRST_DAY; day < FIRST_DAY + days; day++) {
    const rows = readings(day, devices, periodS)
    const late =
      day === FIRST_DAY + 2
        ? [
            `SELECT * FROM (${rows}) WHERE hash(ts, device) % 10 < 8`,
            `SELECT * REPLACE (position + 1000000 AS position) FROM (${rows}) WHERE hash(ts, device) % 10 > 5`,
          ]
        : [rows]
    const files: RecordFile[] = []
    for (const [i, query] of late.entries()) {
      const name = `reading/plant=${PLANT}/day=${dateOf(day)}/gen-${i + 1}.parquet`
      files.push((await writeParquet(connection, archive, name, `${query} ORDER BY device, metric, ts`))!)
    }
    bodies.push(await sealed(connection, archive, 'reading', day, files))
  }
  const name = `event/plant=${PLANT}/day=${dateOf(FIRST_DAY)}/gen-1.parquet`
  const event = await writeParquet(connection, archive, name, EVENT)
  bodies.push(await sealed(connection, archive, 'event', FIRST_DAY, [event!]))
  connection.closeSync()
  instance.closeSync()
  await ledger.append(bodies)
  const first = ledger.last!.number - bodies.length + 1
  const report = canonical(REPORT)
  write(reportDir, {
    'state.json': '{}',
    'report/report.json': report,
    'report/report.en.pdf': '%PDF-1.7 no real one',
    'report/csv/scope2.csv': 'what,kWh\nimport,288\n',
    'evidence/factors/emission-factors.csv': factors['emission-factors.csv'],
    [`evidence/${PLANT}/configurations/000002.json`]: canonical(plant),
    [`evidence/${PLANT}/series.csv`]: `device,metric,class,unit,line,first_ts,last_ts\nmain-1,elec_import_kwh,energy,kWh,hall,2026-09-30T00:07:00.000Z,2026-10-04T23:52:00.000Z\n`,
    'verify/greengauge-verify.mjs': '// no real one\n',
  })
  await ledger.append([
    {
      kind: 'report',
      act: 'frozen',
      report: FROZEN_ID,
      version: 1,
      sha256: hashOf(report),
      by: 'Ms Li',
      days: bodies.map((_, i) => first + i),
      files: await frozenFiles(reportDir),
    },
    { kind: 'expired', plant: 'other', before: '2026-01-01' },
  ])
  return { reportDir, ledgerDir, report: { id: FROZEN_ID, version: 1 } }
}

/** Registers of a day: 1 kWh each 15 minutes since 2026-09-30, read at 7 minutes past each period. */
function readings(day: number, devices: number, periodS: number): string {
  const fromMs = utcDayStartMs(day)
  const count = 86_400 / periodS
  return `
    SELECT '${PLANT}' AS plant, 'hall' AS line, 'main-' || d AS device, 'energy' AS class, 'elec_import_kwh' AS metric, 'kWh' AS unit,
      (${fromMs} + 420000 + i * ${periodS * 1000})::BIGINT AS ts,
      1000 + (${fromMs - utcDayStartMs(FIRST_DAY)} + 420000 + i * ${periodS * 1000}) / 900000 AS value,
      NULL::VARCHAR AS word, 0::UTINYINT AS quality, NULL::DOUBLE AS seq,
      (${fromMs} + 421000 + i * ${periodS * 1000})::BIGINT AS received_at, false AS assumed, (${day * 1000} + i)::BIGINT AS position
    FROM range(1, ${devices + 1}) devices(d), range(${count}) instants(i)
    WHERE 420000 + i * ${periodS * 1000} < 86400000`
}

const EVENT = `
  SELECT '${PLANT}' AS plant, 'hall' AS line, 'main-1' AS device, 'e-1' AS id, 'comment' AS type, ${utcDayStartMs(FIRST_DAY)}::BIGINT AS ts,
    ${utcDayStartMs(FIRST_DAY)}::BIGINT AS received_at, '{"text":"read by two, and \\"checked\\""}' AS fields, 7::BIGINT AS position`

async function sealed(
  connection: Parameters<typeof rootOfDay>[0],
  archive: string,
  kind: 'reading' | 'event',
  day: number,
  files: readonly RecordFile[],
): Promise<LedgerBody> {
  const root = await rootOfDay(connection, archive, { kind, plant: PLANT, day, files })
  const named = files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
  return { kind: 'day', rows_of: kind, plant: PLANT, day: dateOf(day), generation: files.length, files: named, ...root }
}

function dateOf(day: number): string {
  return new Date(utcDayStartMs(day)).toISOString().slice(0, 10)
}

function hashOf(text: string): string {
  return hash('sha256', text, 'hex')
}

function write(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), content)
  }
}

const MADE = { coverage: 1, estimated_share: 0, flags: [], reason: '' } as const
const KWH = { en: 'Electricity from the grid', zh: '外购电量' }

function ofDays(kpi: string, scope: 'plant' | 'device', id: string) {
  return { by: 'days', kpi, plant: PLANT, scope, id, of: 'numerator', days: 3 } as const
}

/** 72 hours at 4 kW, and a factor of 0.5. */
const REPORT: Report = {
  format: 'greengauge-report-1',
  id: FROZEN_ID,
  version: 1,
  profile: 'ghg',
  title: { en: 'Emissions of Suzhou', zh: '苏州工厂排放报告' },
  period: { from: '2026-10-01', to: '2026-10-04' },
  plants: [
    {
      id: PLANT,
      name: { en: 'Suzhou Plant 1', zh: '苏州一厂' },
      timezone: 'Asia/Shanghai',
      start: '2026-09-30T16:00:00.000Z',
      end: '2026-10-03T16:00:00.000Z',
      configurations: [],
    },
  ],
  basis: {
    code: { version: '0.1.0', commit: 'abc' },
    factors_sha256: '',
    gwp: 'AR6',
    archive: { position: 1, now: '2026-10-05T00:00:00.000Z' },
    rule: { en: '', zh: '' },
  },
  sections: [],
  figures: {
    [`${PLANT}/activity/main-1/elec_import_kwh`]: {
      ...MADE,
      name: KWH,
      value: '288',
      unit: 'kWh',
      factors: [],
      made: ofDays('energy_elec_import', 'device', 'main-1'),
    },
    [`${PLANT}/energy_elec_import`]: {
      ...MADE,
      name: KWH,
      value: '288',
      unit: 'kWh',
      factors: [],
      made: ofDays('energy_elec_import', 'plant', PLANT),
    },
    [`${PLANT}/scope2_lb`]: {
      ...MADE,
      name: { en: 'Scope 2, location-based', zh: '范围二（基于位置）' },
      value: '144',
      unit: 'kgCO2e',
      factors: ['cn.grid.test'],
      made: ofDays('scope2_lb', 'plant', PLANT),
    },
  },
  formulas: [],
  factors: [
    {
      id: 'cn.grid.test',
      value: '0.5',
      unit: 'kgCO2/kWh',
      source: 'a made-up notice',
      year: '2026',
      region: 'CN',
      valid_from: '2026-01-01',
      valid_to: '',
      published: '2026-01-01',
      param_source: 'default',
      confidence: 'own',
    },
  ],
  unchecked: [],
  previous: null,
}
