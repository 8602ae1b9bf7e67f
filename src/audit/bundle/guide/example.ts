import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { quoted } from '../../../archive/record/kinds.js'
import type { FigureMaking, Report, ReportFactor, ReportFigure, ReportPlant } from '../../../base/report.js'
import { utcDayOf, utcDayStartMs } from '../../../base/utc-day.js'
import { COLUMNS, lineOf, type TableCell } from '../../ledger/rows.js'
import { configurationName, dayName, NAMES, parquetName } from '../format.js'
import type { LedgerPart } from '../ledger-part.js'

/** One figure of the report made again with pencil and paper: what a meter counted, and what it emits. */
export interface Example {
  readonly plant: ReportPlant
  readonly figureId: string
  readonly figure: ReportFigure & { readonly value: string }
  readonly device: string
  readonly start: Boundary
  readonly end: Boundary
  /** CT/PT ratio of the meter. */
  readonly multiplier: number
  /** File of the configuration that says the multiplier; '' when the ledger names none of the plant. */
  readonly configuration: string
  /** Register at the end less that at the start, times the multiplier, kWh. */
  readonly kwh: number
  readonly emission: EmissionExample | null
}

/** A register at one instant, between two readings. */
export interface Boundary {
  readonly at: string
  readonly before: FoundReading
  readonly after: FoundReading
  /** Interpolated between the two. */
  readonly register: number
}

export interface FoundReading {
  /** File of the bundle. */
  readonly file: string
  readonly line: string
  readonly ts: number
  readonly value: number
}

export interface EmissionExample {
  readonly importId: string
  readonly importKwh: string
  readonly figureId: string
  readonly kg: string
  /** Unit of the figure, as the report has it. */
  readonly unit: string
  readonly factor: ReportFactor
}

export interface ExampleSources {
  /** Folder of the frozen version. */
  readonly reportDir: string
  readonly ledger: LedgerPart
  readonly instance: DuckDBInstance
}

const METRIC = 'elec_import_kwh'
const KPI = 'energy_elec_import'
/** So far the register at a boundary is looked for. */
const DAYS_MAX = 62

/** The first meter of the grid that counted in the period; null when none did, or its readings around it are not there. */
export async function exampleOf(report: Report, sources: ExampleSources): Promise<Example | null> {
  const connection = await sources.instance.connect()
  try {
    for (const [figureId, figure] of Object.entries(report.figures)) {
      const { made, value } = figure
      if (!isSum(made, KPI) || made.scope !== 'device') continue
      const plant = report.plants.find(({ id }) => id === made.plant)
      if (plant === undefined || value === null) continue
      const search = new Search(connection, sources, plant.id, made.id)
      const start = await search.boundary(plant.start)
      const end = await search.boundary(plant.end)
      if (start === null || end === null) continue
      const { configuration, multiplier } = await multiplierOf(sources, plant.id, made.id)
      const kwh = (end.register - start.register) * multiplier
      const emission = emissionOf(report, plant.id)
      return {
        plant,
        figureId,
        figure: { ...figure, value },
        device: made.id,
        start,
        end,
        multiplier,
        configuration,
        kwh,
        emission,
      }
    }
    return null
  } finally {
    connection.closeSync()
  }
}

/** The report out of a frozen version. */
export async function readReport(reportDir: string): Promise<Report> {
  return JSON.parse(await readFile(join(reportDir, NAMES.report), 'utf8')) as Report
}

/** The sum of a KPI's days: of a KPI that is an amount, the numerator is the amount. */
function isSum(made: FigureMaking, kpi: string): made is Extract<FigureMaking, { by: 'days' }> {
  return made.by === 'days' && made.kpi === kpi && (made.of === 'numerator' || made.of === 'value')
}

/** Scope 2 where one factor holds for the whole of it. */
function emissionOf(report: Report, plant: string): EmissionExample | null {
  const ofPlant = (kpi: string) =>
    Object.entries(report.figures).find(
      ([, { made, value }]) => value !== null && isSum(made, kpi) && made.scope === 'plant' && made.plant === plant,
    )
  const [imported, emitted] = [ofPlant(KPI), ofPlant('scope2_lb')]
  if (imported === undefined || emitted === undefined) return null
  const used = report.factors.filter(({ id }) => emitted[1].factors.includes(id))
  const [factor] = used
  if (factor === undefined || used.length > 1 || !/^kgCO2e?\/kWh$/.test(factor.unit)) return null
  const [figureId, { value, unit }] = emitted
  return { importId: imported[0], importKwh: imported[1].value!, figureId, kg: value!, unit, factor }
}

async function multiplierOf(
  { reportDir, ledger }: ExampleSources,
  plant: string,
  device: string,
): Promise<{ configuration: string; multiplier: number }> {
  const last = [...ledger.configurations].filter(([, { plants }]) => plants[plant] !== undefined).at(-1)
  if (last === undefined) return { configuration: '', multiplier: 1 }
  const configuration = configurationName(plant, last[0])
  interface Said {
    readonly devices?: readonly {
      readonly id: string
      readonly metrics?: Readonly<Record<string, { multiplier?: number }>>
    }[]
  }
  const said = JSON.parse(await readFile(join(reportDir, configuration), 'utf8')) as Said
  const own = said.devices?.find(({ id }) => id === device)?.metrics?.[METRIC]
  return { configuration, multiplier: own?.multiplier ?? 1 }
}

/** The readings of one series around an instant, out of the sealed files. */
class Search {
  readonly #connection: DuckDBConnection
  readonly #plant: string
  readonly #device: string
  /** Paths of the Parquet files by day. */
  readonly #paths = new Map<number, readonly string[]>()

  constructor(connection: DuckDBConnection, { reportDir, ledger }: ExampleSources, plant: string, device: string) {
    this.#connection = connection
    this.#plant = plant
    this.#device = device
    for (const day of ledger.days.values()) {
      if (day.rows_of !== 'reading' || day.plant !== plant) continue
      const paths = day.files.map(({ name }) => join(reportDir, parquetName(name)))
      this.#paths.set(utcDayOf(Date.parse(day.day)), paths)
    }
  }

  async boundary(at: string): Promise<Boundary | null> {
    const ms = Date.parse(at)
    const before = await this.#nearest(ms, -1)
    const after = before?.ts === ms ? before : await this.#nearest(ms, 1)
    if (before === null || after === null) return null
    const share = after.ts === before.ts ? 0 : (ms - before.ts) / (after.ts - before.ts)
    return { at, before, after, register: before.value + (after.value - before.value) * share }
  }

  async #nearest(ms: number, way: 1 | -1): Promise<FoundReading | null> {
    const [sign, order] = way === 1 ? ['>=', 'ASC'] : ['<=', 'DESC']
    const columns = COLUMNS.reading.map(({ source, form }) => (form === 'instant' ? `${source}::DOUBLE` : source))
    for (let i = 0; i <= DAYS_MAX; i++) {
      const day = utcDayOf(ms) + way * i
      const paths = this.#paths.get(day)
      if (paths === undefined) continue
      const answer = await this.#connection.runAndReadAll(
        `SELECT ${columns.join(', ')} FROM read_parquet([${paths.map(quoted).join(', ')}], union_by_name = true, hive_partitioning = false)
         WHERE device = ${quoted(this.#device)} AND metric = ${quoted(METRIC)} AND ts ${sign} ${ms} AND quality <= 1 AND value IS NOT NULL
         ORDER BY ts ${order}, position DESC LIMIT 1`,
      )
      const cells = answer.getRows()[0] as TableCell[] | undefined
      if (cells === undefined) continue
      const date = new Date(utcDayStartMs(day)).toISOString().slice(0, 10)
      const cell = (name: string) => cells[COLUMNS.reading.findIndex((column) => column.name === name)] as number
      const file = dayName({ kind: 'reading', plant: this.#plant, day: date })
      return { file, line: lineOf('reading', cells), ts: cell('ts'), value: cell('value') }
    }
    return null
  }
}
