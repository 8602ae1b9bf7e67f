import { measured } from './activity.js'
import { type CsvRow, RowFault, readRows } from './csv.js'
import { FACTOR_CONFIDENCES, type Factor, type FactorConfidence, FROM_MEMORY } from './factor.js'

/** Energy of a kilogram of coal equivalent, kJ. Source: KPI specification §2.1, GB/T 2589-2020 (from a second source). */
export const KJ_PER_KGCE = 29_307

const KINDS = ['energy_annexA', 'working_medium_annexB', 'steam_GB30251', 'legacy_2008'] as const
export type CoalKind = (typeof KINDS)[number]

/**
 * The coal equivalent of one energy carrier or working medium. A range has two rows and no value: only what is measured,
 * stated by the supplier, or configured inside it can be used.
 */
export interface CoalEquivalent {
  readonly carrier: string
  readonly nameZh: string
  readonly kind: CoalKind
  /** One row, or the lower and the upper bound. */
  readonly rows: readonly [Factor] | readonly [low: Factor, high: Factor]
  /** True where the standard gives no value: the coal rate of thermal power. */
  readonly mustBeConfigured: boolean
}

const COLUMNS = [
  ...['id', 'name_zh', 'name_en', 'ncv', 'ncv_unit', 'value', 'unit', 'kind', 'region', 'valid_from', 'valid_to'],
  ...['source', 'source_year', 'note', 'confidence', 'ncv_confidence'],
]

/** Reads the table of coal equivalents; throws the first fault as file, line and remedy. */
export function readCoalEquivalents(file: string, text: string): readonly CoalEquivalent[] {
  const byCarrier = new Map<string, { row: CsvRow; factor: Factor; bound: string }[]>()
  for (const row of readRows(file, text, COLUMNS)) {
    const [, carrier, bound = ''] = /^(\w+?)(?:_(low|high))?$/.exec(row.text('id').toLowerCase()) ?? []
    if (carrier === undefined) throw new RowFault(row, `id ${row.text('id')} is no name`, 'use letters, digits and _')
    const rows = byCarrier.get(carrier) ?? []
    byCarrier.set(carrier, [...rows, { row, factor: factorOf(row, carrier), bound }])
  }
  return [...byCarrier].map(([carrier, rows]) => {
    const { row } = rows[0]!
    const ordered = rows.length === 1 ? rows : rows.toSorted((a, b) => a.factor.value - b.factor.value)
    const bounds = ordered.map((one) => one.bound).join()
    if (bounds !== '' && bounds !== 'low,high') {
      throw new RowFault(
        row,
        `${carrier} is no range`,
        'give it two rows, _low with the smaller and _high with the larger value',
      )
    }
    return {
      carrier,
      nameZh: row.text('name_zh').replace(/ \([低高]\)$/, ''),
      kind: row.text('kind') as CoalKind,
      rows: ordered.map((one) => one.factor) as unknown as CoalEquivalent['rows'],
      mustBeConfigured: row.text('value') === '',
    }
  })
}

function factorOf(row: CsvRow, carrier: string): Factor {
  const kind = row.word('kind', KINDS)
  const isOpen = row.text('value') === ''
  if (isOpen && !/no default/.test(row.text('note'))) {
    throw new RowFault(row, 'has no value', 'give one, or say in the note that it has no default')
  }
  const unit = row.text('unit')
  const activity = `coal_equivalent.${carrier}`
  const measure = measured(activity, isOpen ? 0 : row.number('value'), unit)
  if ('units' in measure) {
    throw new RowFault(row, `${unit} is no unit of a coal equivalent`, `give it in ${measure.units.join(', ')}`)
  }
  if (!isOpen) checkHeat(row, kind, measure.value)
  const confidence = row.word('confidence', Object.keys(FACTOR_CONFIDENCES)) as FactorConfidence
  const year = row.text('source_year')
  if (!/^\d{4}$/.test(year)) throw new RowFault(row, `source_year ${year} is no year`, 'give four digits')
  return {
    id: row.text('id'),
    activity,
    description: row.text('name_en'),
    value: isOpen ? Number.NaN : measure.value,
    unit: measure.unit,
    printed: { value: row.text('value'), unit },
    heat: 'ncv',
    region: row.text('region'),
    validFrom: row.day('valid_from'),
    validTo: row.text('valid_to') === '' ? null : row.day('valid_to'),
    publishedOn: `${year}-01-01`,
    source: row.text('source'),
    note: row.text('note'),
    confidence,
    paramSource: 'default',
    flags: confidence === 'from-memory' ? FROM_MEMORY : 0,
    place: row.place,
  }
}

const KJ_PER_UNIT: Readonly<Record<string, number>> = {
  'kJ/kg': 1,
  'kJ/m3': 1,
  'kJ/kWh': 1,
  'MJ/t': 1000,
  'MJ/m3': 1000,
  'MJ/kg': 1000,
}

/**
 * Coefficient and heating value of a row belong together: 1.2143 kgce/m3 beside 38,931 kJ/m3 are two gases. Annexes A and
 * B round either of the two, and the edition of 2008 computed with 29,271 kJ, so half a per cent is left to them.
 */
function checkHeat(row: CsvRow, kind: string, kgce: number): void {
  if (row.text('ncv') === '') return
  const unit = row.word('ncv_unit', Object.keys(KJ_PER_UNIT))
  const made = (row.number('ncv') * KJ_PER_UNIT[unit]!) / KJ_PER_KGCE
  if (Math.abs(made / kgce - 1) <= 0.005) return
  const problem = `${row.text('ncv')} ${unit} make ${made.toFixed(4)} kgce, not ${kgce} (${kind})`
  throw new RowFault(row, problem, 'give the heating value and the coefficient of one and the same carrier')
}
