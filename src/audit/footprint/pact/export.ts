import { createHash } from 'node:crypto'
import { LOT_UNITS, type LotUnit } from '../../../base/production-lots.js'
import type { Report, ReportCell, ReportRow, ReportTable } from '../../../base/report.js'
import type { LotFootprintsAnswer } from '../../../base/wire/lot-footprints.js'
import { add, multiply, quotient } from '../../report/decimal.js'
import type { PactFootprint } from './document.js'

/** Footprints of the lots of a report for buyers, and lots that have none yet with what lacks. */
export interface PactExport {
  readonly footprints: readonly PactFootprint[]
  readonly lacking: LotFootprintsAnswer['lacking']
}

/**
 * Footprints of PACT 3.0 for the lots of a report of the form `product-footprint`: a function of the report alone.
 * @param isSuperseded a later version of the report holds: these are deprecated
 */
export function pactExport(report: Report, isSuperseded = false): PactExport {
  const footprints: PactFootprint[] = []
  const lacking: LotFootprintsAnswer['lacking'][number][] = []
  for (const table of tablesOf(report, 'lots')) {
    const suffix = table.id.slice('lots'.length)
    for (const row of table.rows) {
      const source = lotSource(report, table, row, suffix)
      if (source === null) continue
      const reasons = lacksOf(source)
      if (reasons.length > 0) lacking.push({ lot: source.lot, reasons })
      else footprints.push(pactOf(report, source, isSuperseded))
    }
  }
  return { footprints, lacking }
}

/** A lot as the tables of a report state it; null where something is not said. */
interface LotSource {
  readonly lot: string
  readonly product: string
  readonly name: string
  readonly line: string
  readonly from: string
  readonly to: string
  readonly unit: LotUnit
  readonly allocation: string
  /** Ids of its figures begin with it. */
  readonly stem: string
  readonly perUnit: string | null
  readonly fossil: string | null
  readonly primary: string | null
  readonly mass: string | null
  readonly fossilCarbon: string | null
  readonly biogenicCarbon: string | null
  readonly exempted: string | null
  readonly company: string | null
  readonly companyId: string | null
  readonly region: string | null
  readonly gwp: string
}

function lotSource(report: Report, table: ReportTable, row: ReportRow, suffix: string): LotSource | null {
  const cell = (id: string) => cellOf(table, row, id)
  const each = cell('each')
  if (each === null || !('figure' in each)) return null
  const stem = each.figure.replace(/\/per_unit$/, '')
  const value = (id: string) => report.figures[`${stem}/${id}`]?.value ?? null
  const at = table.rows.indexOf(row)
  const contents = tablesOf(report, `lot-contents${suffix}`)[0]
  const owner = tablesOf(report, `lot-owner${suffix}`)[0]
  const said = (of: ReportTable | undefined, row: number, id: string): string | null =>
    of?.rows[row] === undefined ? null : wordOf(cellOf(of, of.rows[row], id))
  return {
    lot: wordOf(cell('lot')) ?? '',
    product: wordOf(cell('product')) ?? '',
    name: statedIn(cell('name')) ?? wordOf(cell('product')) ?? '',
    line: wordOf(cell('line')) ?? '',
    from: wordOf(cell('from')) ?? '',
    to: wordOf(cell('to')) ?? '',
    unit: (report.figures[`${stem}/quantity`]?.unit ?? 'pcs') as LotUnit,
    allocation: statedIn(cell('allocation')) ?? '',
    stem,
    perUnit: value('per_unit'),
    fossil: value('fossil_per_unit'),
    primary: value('primary_data_share'),
    mass: said(contents, at, 'mass'),
    fossilCarbon: said(contents, at, 'fossil'),
    biogenicCarbon: said(contents, at, 'biogenic'),
    exempted: said(contents, at, 'exempted'),
    company: owner?.rows[0] === undefined ? null : statedIn(cellOf(owner, owner.rows[0], 'company')),
    companyId: said(owner, 0, 'company_id'),
    region: said(owner, 0, 'region'),
    gwp: said(owner, 0, 'gwp') ?? '',
  }
}

/** Units that stand for no mass. Source: PACT 3.0, productMassPerDeclaredUnit. */
const WITHOUT_MASS: ReadonlySet<LotUnit> = new Set(['kWh', 'MJ', 'tkm'])

/** Mass of one unit of the quantity, kg; null where it is not stated. */
function massOf({ unit, mass }: LotSource): string | null {
  if (WITHOUT_MASS.has(unit)) return '0'
  return LOT_UNITS[unit].declared === 'kilogram' ? LOT_UNITS[unit].count : mass
}

function lacksOf(source: LotSource): readonly string[] {
  const { perUnit, fossil, primary, company, companyId, fossilCarbon, biogenicCarbon, exempted } = source
  return [
    ...(perUnit === null || fossil === null ? ['the footprint is not known'] : []),
    ...(primary === null ? ['the share of primary data is not known'] : []),
    ...(company === null ? ['report.organisation is not configured'] : []),
    ...(companyId === null ? ['report.credit_code or report.cbam.registration_number is not configured'] : []),
    ...(massOf(source) === null ? ['kg_each is not stated of the lot'] : []),
    ...(fossilCarbon === null ? ['fossil_carbon_kg is not stated of the lot'] : []),
    ...(biogenicCarbon === null ? ['biogenic_carbon_kg is not stated of the lot'] : []),
    ...(exempted === null ? ['exempted_pct is not stated of the lot'] : []),
  ]
}

/** A lot that lacks nothing. */
function pactOf(report: Report, source: LotSource, isSuperseded: boolean): PactFootprint {
  const { lot, product, line, from, to, name, companyId, company, biogenicCarbon } = source
  const code = (text: string | null) => encodeURIComponent(text ?? '')
  const versions = Array.from({ length: report.version }, (_, i) => footprintId(report, source.stem, i + 1))
  const uptake = multiply(quotient(multiply(biogenicCarbon!, '44'), '12')!, '-1')
  return {
    id: versions.at(-1)!,
    specVersion: '3.0.0',
    ...(versions.length > 1 ? { precedingPfIds: versions.slice(0, -1) } : {}),
    created: report.basis.archive.now,
    status: isSuperseded ? 'Deprecated' : 'Active',
    companyName: company!,
    companyIds: [`urn:pact:company:customcode:vendor-assigned:${code(companyId)}`],
    productDescription: `${name}, lot ${lot}, made on line ${line} from ${from} to ${to}`,
    productIds: [
      `urn:pact:product:customcode:vendor-assigned:${code(product)}`,
      `urn:pact:product:customcode:vendor-assigned:${code(product)}:lot:${code(lot)}`,
    ],
    productNameCompany: name,
    comment: `Prepared for PACT 3.0 out of report ${report.id}, version ${report.version}; not assured by a third party. Its evidence bundle has the readings.`,
    pcf: {
      declaredUnitOfMeasurement: LOT_UNITS[source.unit].declared,
      declaredUnitAmount: LOT_UNITS[source.unit].count,
      productMassPerDeclaredUnit: massOf(source)!,
      referencePeriodStart: new Date(from).toISOString(),
      referencePeriodEnd: new Date(to).toISOString(),
      ...geographyOf(source),
      boundaryProcessesDescription:
        'Inputs with footprints of their suppliers; electricity, heat and direct emissions of the line in the hours of the lot.',
      pcfExcludingBiogenicUptake: source.perUnit!,
      pcfIncludingBiogenicUptake: add(source.perUnit!, uptake),
      fossilGhgEmissions: source.fossil!,
      fossilCarbonContent: source.fossilCarbon!,
      biogenicCarbonContent: biogenicCarbon!,
      biogenicCO2Uptake: uptake,
      ipccCharacterizationFactors: [source.gwp],
      crossSectoralStandards: ['PACT-3.0'],
      exemptedEmissionsPercent: source.exempted!,
      allocationRulesDescription: `Energy of the line allocated by ${source.allocation}`,
      ...secondarySources(report, source.stem),
      primaryDataShare: source.primary!,
    },
  }
}

/** Id of a version of a footprint: always the same for the same report and lot, as a UUID of RFC 9562, version 8. */
function footprintId({ id }: Report, stem: string, version: number): string {
  const hex = createHash('sha256').update(`${id} v${version} ${stem}`).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The subdivision of a province, else the country of the grid. */
function geographyOf({
  region,
}: LotSource): Pick<PactFootprint['pcf'], 'geographyCountry' | 'geographyCountrySubdivision'> {
  if (region === null) return {}
  if (/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(region)) return { geographyCountrySubdivision: region }
  return /^[A-Z]{2}(-|$)/.test(region) ? { geographyCountry: region.slice(0, 2) } : {}
}

/** Sources of the factors that the figures of a lot name, but for those that the plant measured or its supplier states. */
function secondarySources(report: Report, stem: string): Pick<PactFootprint['pcf'], 'secondaryEmissionFactorSources'> {
  // Factors of a part of a lot are named by all that is made of it.
  const used = new Set(report.figures[`${stem}/own`]?.factors)
  const sources = report.factors
    .filter(({ id, param_source: from }) => used.has(id) && from !== 'measured' && from !== 'supplier')
    .map(({ source, year }) => ({ name: source, version: year }))
  const once = [...new Map(sources.map((one) => [JSON.stringify(one), one])).values()]
  return once.length === 0 ? {} : { secondaryEmissionFactorSources: once }
}

/** Tables of an id, in a report of several plants those of each plant. */
function tablesOf({ sections }: Report, id: string): readonly ReportTable[] {
  const all = sections.flatMap(({ tables }) => tables)
  const exact = all.filter((table) => table.id === id)
  return exact.length > 0 ? exact : all.filter((table) => new RegExp(`^${id}-\\d+-`).test(table.id))
}

function cellOf({ columns }: ReportTable, { cells }: ReportRow, id: string): ReportCell {
  return cells[columns.findIndex((column) => column.id === id)] ?? null
}

/** A word of a cell; a text in its place says that nothing was stated. */
function wordOf(cell: ReportCell): string | null {
  return cell !== null && 'word' in cell ? cell.word : null
}

/** Reads a cell in English; null where it says that nothing is configured. */
function statedIn(cell: ReportCell): string | null {
  const text = cell !== null && 'text' in cell ? cell.text.en : wordOf(cell)
  return text === null || text === 'not configured' ? null : text
}
