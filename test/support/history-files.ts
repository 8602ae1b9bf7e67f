import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { onTestFinished } from 'vitest'
import writeXlsxFile from 'write-excel-file/node'
import { stringify } from 'yaml'
import type { Dataset } from '../../simulators/datasets/dataset.js'
import { gasTurbine } from '../../simulators/datasets/gas-turbine.js'
import { steel } from '../../simulators/datasets/steel.js'
import { ur3 } from '../../simulators/datasets/ur3.js'
import type { Sample } from '../../simulators/samples.js'
import { METRICS } from '../../src/base/metrics.js'
import { JOURNALS } from '../golden/series/journals.js'
import { datasetFile } from './datasets.js'
import type { Influxd } from './influxd.js'

/** Public data sets as another system would have exported them, each with the plant that it is of. */

const READ = { steel, ur3, 'gas-turbine': gasTurbine } as const

/** A public data set with times, as its device sent it. */
export interface History extends Pick<Dataset, 'line' | 'device' | 'class' | 'samples'> {
  readonly plant: string
  readonly config: object
  /** The published file, and when its first row begins where it has no times. */
  readonly file: string
  readonly start: string | null
}

const TURBINE_START = '2011-01-01T00:00:00Z'

/** A data set; null where its file is not on this machine. */
export function historyOf(name: keyof typeof READ): History | null {
  const journal = JOURNALS.find((one) => one.name === name)!
  const file = datasetFile(journal.file!)
  if (file === null) return null
  const { line, device, class: kind, samples } = READ[name](readFileSync(file, 'utf8'))
  const start = name === 'gas-turbine' ? TURBINE_START : null
  const byMs = start === null ? 0 : Date.parse(start)
  return {
    ...{ plant: journal.plants[0]!, config: journal.config, file, start, line, device, class: kind },
    samples: samples.map((sample) => ({ ...sample, ts: sample.ts + byMs })),
  }
}

/** Every metric of some samples. */
function metricsOf(samples: readonly Sample[]): readonly string[] {
  return [...new Set(samples.flatMap(({ metrics }) => Object.keys(metrics)))]
}

/** A row a sample, a column a metric. */
export function wideCsv(samples: readonly Sample[]): string {
  const metrics = metricsOf(samples)
  const rows = samples.map((sample) => {
    return [new Date(sample.ts).toISOString(), ...metrics.map((name) => sample.metrics[name] ?? '')].join(',')
  })
  return `${['time', ...metrics].join(',')}\n${rows.join('\n')}\n`
}

/** A row a value, with the name of its series, and decimals behind a comma. */
export function longCsv(samples: readonly Sample[]): string {
  const rows = samples.flatMap(({ ts, metrics }) =>
    Object.entries(metrics).map(([name, value]) => `${ts};TAG.${name};${String(value).replace('.', ',')}`),
  )
  return `when;tag;value\n${rows.join('\n')}\n`
}

/** Writes the rows of a CSV file as Parquet: instants, doubles and texts. */
export async function writeParquet(csv: string, parquet: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const rows = `SELECT CAST(time AS TIMESTAMPTZ) AS time, * EXCLUDE (time) FROM read_csv('${csv}', types = {time: 'VARCHAR'})`
  await connection.run(`COPY (${rows}) TO '${parquet}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}

/** The same as a workbook: times are dates, numbers are numbers, and states are texts. */
export async function writeXlsx(samples: readonly Sample[], xlsx: string): Promise<void> {
  const metrics = metricsOf(samples)
  const cellOf = (value: number | string | boolean | undefined) => (value === undefined ? null : { value })
  const rows = samples.map((sample) => [
    { value: new Date(sample.ts), type: Date, format: 'yyyy-mm-dd hh:mm:ss.000' },
    ...metrics.map((name) => cellOf(sample.metrics[name])),
  ])
  const head = ['time', ...metrics].map((value) => ({ value }))
  await writeXlsxFile([head, ...rows] as never).toFile(xlsx)
}

/** Puts a data set into the database `plant` of an InfluxDB 1.x: fields are metrics, the measurement is the class. */
export async function fillInfluxdb(influx: Influxd, history: History): Promise<void> {
  await influx.query('CREATE DATABASE plant')
  const lines = exportedLines(history).split('\n').slice(EXPORT_HEAD.length)
  const body = lines.join('\n')
  const answer = await fetch(`${influx.url}/write?db=plant&precision=ns`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`InfluxDB: ${answer.status} ${await answer.text()}`)
}

const EXPORT_HEAD = ['# DDL', 'CREATE DATABASE plant WITH NAME autogen', '# DML', '# CONTEXT-DATABASE:plant']

/** A line a sample as InfluxDB 1.x exports them, in nanoseconds. */
export function exportedLines({ device, class: kind, samples }: History): string {
  const lines = samples.map(({ ts, metrics }) => {
    const fields = Object.entries(metrics).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return `${kind},meter=${device} ${fields.join(',')} ${ts}000000`
  })
  return `${[...EXPORT_HEAD, ...lines].join('\n')}\n`
}

/** The places of all values of a mapping. */
export function placeOf({ plant, line, device, class: kind }: History): object {
  return { plant, line, device, class: kind }
}

/** Values of a mapping, one a metric, with more of each by `more`. */
export function valuesOf({ samples }: History, more: (metric: string) => object): readonly object[] {
  const units = Object.assign({}, ...samples.slice(0, 1).map((sample) => sample.units ?? {})) as Record<string, string>
  return metricsOf(samples).map((metric) => ({
    metric,
    unit: units[metric] ?? METRICS.get(metric)?.unit ?? '',
    ...more(metric),
  }))
}

/** A folder that goes with the test, and files in it. */
export class ImportFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'greengauge-import-'))

  constructor() {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }))
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.dir, name)
    writeFileSync(path, content)
    return path
  }

  mapping(content: object): string {
    return this.write('mapping.yaml', stringify(content))
  }
}
