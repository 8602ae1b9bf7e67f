import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCo2OnlyActivity, measured } from './activity.js'
import { checkAgreement } from './agreement.js'
import type { CoalEquivalent } from './coal.js'
import { readCoalEquivalents } from './coal.js'
import { type CsvRow, RowFault, readRows } from './csv.js'
import { CO2_ONLY, FACTOR_CONFIDENCES, type Factor, type FactorConfidence, FROM_MEMORY } from './factor.js'

/** The two tables, read and checked once. */
export interface FactorLibrary {
  /** In the order of the file; nothing that is chosen depends on it. */
  readonly factors: readonly Factor[]
  readonly coal: readonly CoalEquivalent[]
  /** SHA-256 of both files, hex: what a report says it was made with. */
  readonly hash: string
}

export const EMISSION_FILE = 'emission-factors.csv'
export const COAL_FILE = 'coal-equivalents.csv'

const COLUMNS = [
  ...['id', 'activity', 'value', 'unit', 'region', 'valid_from', 'valid_to', 'source', 'source_year', 'note'],
  'confidence',
] as const

/**
 * Reads both tables from their folder, which have to agree on every fuel. Throws the first fault of a row as file, line and
 * remedy.
 */
export function readLibrary(folder: string): FactorLibrary {
  const texts = [EMISSION_FILE, COAL_FILE].map((file) => readFileSync(join(folder, file), 'utf8'))
  const library = libraryOf(texts[0]!, texts[1]!)
  checkAgreement(library)
  return library
}

/** The same from the texts of the two files. Those of an old bundle may disagree: they are what its figures were made of. */
export function libraryOf(emissions: string, coalEquivalents: string): FactorLibrary {
  const rows = readRows(EMISSION_FILE, emissions, COLUMNS)
  const factors = rows.map(factorOf)
  const hash = createHash('sha256').update(emissions).update('\0').update(coalEquivalents).digest('hex')
  for (const [index, row] of rows.entries()) checkDerived(row, factors[index]!, factors)
  checkOverlaps(rows, factors)
  return { factors, coal: readCoalEquivalents(COAL_FILE, coalEquivalents), hash }
}

/**
 * Activities by the id and the words of a row. Both have to say it, so that a row that was copied and only half changed is
 * found.
 */
const MEANINGS: readonly (readonly [id: RegExp, words: RegExp, activity: string])[] = [
  [/^cn\.grid\.national\.avg\.\d{4}$/, /^grid electricity, location-based, national average$/, 'grid_electricity'],
  [
    /^cn\.grid\.national\.residual\.\d{4}$/,
    /^grid electricity, national average excluding market-traded non-fossil power$/,
    'grid_electricity_residual',
  ],
  [
    /^cn\.grid\.national\.fossil\.\d{4}$/,
    /^grid electricity, national average of fossil power$/,
    'grid_electricity_fossil',
  ],
  [
    /^cn\.grid\.(region|prov)\.[a-z]+\.\d{4}$/,
    /^grid electricity, location-based, .+ (grid|province)$/,
    'grid_electricity',
  ],
  [/^cn\.grid\.region\.[a-z]+\.\d{4}$/, /^grid electricity, 2012 regional average \(NDRC\)$/, 'grid_electricity_ndrc'],
  [/^cn\.ets\.grid\.\d{4}$/, /^grid electricity for ETS enterprise reporting$/, 'grid_electricity_ets'],
  [/^cn\.footprint\.electricity\.\d{4}$/, /^electricity carbon footprint \(life cycle\)/, 'electricity_life_cycle'],
  [/^cn\.electricity\.nonfossil$/, /^electricity proven from non-fossil source$/, 'electricity_nonfossil'],
  [/^us\.egrid\d{4}\.avg$/, /^grid electricity, US average output rate$/, 'grid_electricity'],
  [/^gb\.grid\.\d{4}$/, /^grid electricity, UK \(generation\)$/, 'grid_electricity'],
  [/^cn\.heat\.default$/, /^purchased heat\/steam, default$/, 'heat'],
  [/^cn\.process\.(caco3)$/, /^(CaCO3) decomposition/, 'process.$1'],
  [/^cn\.fuel\.(\w+)\.ncv$/, /^(\w+) net calorific value$/, 'fuel.$1.ncv'],
  [/^cn\.fuel\.(\w+)\.cc$/, /^(\w+) carbon content per unit heat$/, 'fuel.$1.carbon_content'],
  [/^cn\.fuel\.(\w+)\.of$/, /^(\w+) carbon oxidation rate$/, 'fuel.$1.oxidation_factor'],
  [/^cn\.fuel\.(\w+)\.ef$/, /^(\w+) combustion CO2$/, 'fuel.$1.combustion_co2'],
  [/^ipcc2006\.(\w+)\.ncv$/, /^(\w+) default NCV$/, 'ipcc.$1.ncv'],
  [/^ipcc2006\.(\w+)\.co2$/, /^(\w+) stationary combustion CO2$/, 'ipcc.$1.co2'],
  [/^ipcc2006\.(\w+)\.ch4$/, /^(\w+) stationary combustion CH4 \(manufacturing\)$/, 'ipcc.$1.ch4'],
  [/^ipcc2006\.(\w+)\.n2o$/, /^(\w+) stationary combustion N2O \(manufacturing\)$/, 'ipcc.$1.n2o'],
  [/^us\.epa\d{4}\.(\w+)\.heat$/, /^(\w+) heat content \(HHV\)$/, 'hhv.$1.heat_content'],
  [/^us\.epa\d{4}\.(\w+)\.co2$/, /^(\w+) stationary combustion CO2 \(HHV\)$/, 'hhv.$1.co2'],
  [/^us\.epa\d{4}\.(\w+)\.ch4$/, /^([\w ]+) stationary combustion CH4$/, 'hhv.$1.ch4'],
  [/^us\.epa\d{4}\.(\w+)\.n2o$/, /^([\w ]+) stationary combustion N2O$/, 'hhv.$1.n2o'],
  [/^gwp\.ar[456]\.(\w+)$/, /^GWP100 ([\w -]+)$/, 'gwp'],
]

function activityOf(row: CsvRow): string {
  const id = row.text('id')
  const words = row.text('activity')
  for (const [idForm, wordForm, activity] of MEANINGS) {
    const [byId, byWords] = [idForm.exec(id), wordForm.exec(words)]
    if (byId === null || byWords === null) continue
    if (plain(byId[1] ?? '') !== plain(byWords[1] ?? '') && activity !== 'grid_electricity') continue
    return activity === 'gwp' ? id : activity.replace('$1', byId[1] ?? '')
  }
  throw new RowFault(
    row,
    `id ${id} with the activity "${words}" has no known meaning`,
    'write both as a row of the same kind has them, and name the same fuel or gas in both',
  )
}

/** A name without what tables write differently: `CH4 fossil` and `ch4_fossil` are one gas. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[ _-]/g, '')
}

function factorOf(row: CsvRow): Factor {
  const id = row.text('id')
  const activity = activityOf(row)
  const unit = row.text('unit')
  const measure = measured(activity, row.number('value'), unit)
  if ('units' in measure) {
    throw new RowFault(row, `${unit} is no unit of ${activity}`, `give the value in ${measure.units.join(', ')}`)
  }
  const confidence = row.word('confidence', Object.keys(FACTOR_CONFIDENCES)) as FactorConfidence
  const validFrom = row.day('valid_from')
  const validTo = row.text('valid_to') === '' ? null : row.day('valid_to')
  if (validTo !== null && validTo < validFrom) throw new RowFault(row, 'it ends before it begins', 'swap the two days')
  const year = /\.(\d{4})$/.exec(id)?.[1]
  if (year !== undefined && !validFrom.startsWith(year)) {
    throw new RowFault(row, `id ${id} is of ${year}, but valid from ${validFrom}`, 'give both the year of the data')
  }
  checkPlace(row, id)
  return {
    id,
    activity,
    description: row.text('activity'),
    value: measure.value,
    unit: measure.unit,
    printed: { value: row.text('value'), unit },
    heat: measure.heat,
    region: row.text('region'),
    validFrom,
    validTo,
    publishedOn: publishedOn(row),
    source: row.text('source'),
    note: row.text('note'),
    confidence,
    paramSource: 'default',
    flags:
      (isCo2OnlyActivity(activity, measure.unit) ? CO2_ONLY : 0) | (confidence === 'from-memory' ? FROM_MEMORY : 0),
    place: row.place,
  }
}

/** `cn.grid.prov.js.2022` stands in CN-JS, `cn.grid.region.e.2022` in CN-GRID-E, and the national ones in CN. */
function checkPlace(row: CsvRow, id: string): void {
  const [, kind, name] = /^cn\.grid\.(region|prov|national)\.([a-z]+)\./.exec(id) ?? []
  if (kind === undefined || name === undefined) return
  const code = name.toUpperCase()
  const region = kind === 'national' ? 'CN' : kind === 'prov' ? `CN-${code}` : `CN-GRID-${code}`
  if (row.text('region') === region) return
  throw new RowFault(row, `id ${id} belongs to ${region}, not to ${row.text('region')}`, 'correct the id or the region')
}

/** The day an announcement was made, as the note says; else the first of the year of the source. */
function publishedOn(row: CsvRow): string {
  const said = /published (\d{4}-\d\d-\d\d)/.exec(row.text('note'))?.[1]
  if (said !== undefined) return said
  const year = row.text('source_year')
  if (!/^\d{4}$/.test(year)) throw new RowFault(row, `source_year ${year} is no year`, 'give four digits')
  return `${year}-01-01`
}

/** A number that the table derives from others of it has to follow from them. */
function checkDerived(row: CsvRow, factor: Factor, all: readonly Factor[]): void {
  const fuel = /^fuel\.(\w+)\.combustion_co2$/.exec(factor.activity)?.[1]
  if (fuel === undefined) return
  const part = (name: string) => all.find((one) => one.activity === `fuel.${fuel}.${name}`)?.value ?? Number.NaN
  const made = (part('ncv') * part('carbon_content') * part('oxidation_factor') * 44) / 12
  if (Math.abs(made - factor.value) <= 0.00005 + 1e-9) return
  const remedy = `write ${made.toFixed(4)}, or correct the part that is wrong`
  throw new RowFault(row, `${factor.id} is not heating value × carbon content × oxidation × 44/12`, remedy)
}

/** Two rows must not answer one question, or the order of the table would decide. */
function checkOverlaps(rows: readonly CsvRow[], factors: readonly Factor[]): void {
  const seen = new Map<string, Factor[]>()
  factors.forEach((factor, index) => {
    const key = `${factor.activity} in ${factor.region}`
    const others = seen.get(key) ?? []
    const other = others.find(
      (one) => one.validFrom <= (factor.validTo ?? '9') && factor.validFrom <= (one.validTo ?? '9'),
    )
    if (other !== undefined) {
      const problem = `${factor.id} and ${other.id} (${other.place}) are both ${key} at the same time`
      throw new RowFault(rows[index]!, problem, 'let one end before the other begins')
    }
    seen.set(key, [...others, factor])
  })
}
