import { DAY_MS } from '../../../base/durations.js'
import { EFFICIENT_GRADES, type EquipmentOptions } from '../../../base/options/equipment.js'
import type { Text } from '../../../base/report.js'
import { decimal, multiply, sumOfRounded } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import { lotFigures } from '../footprint/lot-figures.js'
import { bilingual } from '../words.js'
import { energyMeters } from './meters.js'

/** Shares of what a plant has in its registers, by the ids of their figures. */
export interface RegisterFigures {
  readonly efficientShare: string
  readonly footprintShare: string
  readonly collectionRate: string
  readonly collectionOfConfigured: string
}

/** Shares that are counted in registers: equipment, products and meters. */
export function registerFigures(facts: PlantFacts, figures: ReportFigures): RegisterFigures {
  const share = (id: string, name: Text, of: readonly [string, string]) =>
    figures.quotient(`${facts.plant.id}/green/${id}`, name, '%', of, 100)
  const { automatic, configured, required } = meterCounts(facts, figures)
  const ofRequired = bilingual('Automatic collection, of meters required', '能源数据自动采集率')
  const ofConfigured = bilingual('Automatic collection, of meters configured', '能源数据自动采集率（按已配置计量表）')
  return {
    efficientShare: share(
      'efficient_share',
      bilingual('Share of efficient equipment', '节能装备应用占比'),
      ratedPower(facts, figures),
    ),
    footprintShare: share(
      'footprint_share',
      bilingual('Share of products with a footprint', '开展产品碳足迹分析占比'),
      productCounts(facts, figures),
    ),
    collectionRate: share('collection_rate', ofRequired, [automatic, required]),
    collectionOfConfigured: share('collection_of_configured', ofConfigured, [automatic, configured]),
  }
}

/** Equipment in service on the last day of the period. */
export function equipmentInService({ options, period }: PlantFacts): readonly EquipmentOptions[] {
  const lastDay = new Date(Date.parse(period.to) - DAY_MS).toISOString().slice(0, 10)
  return options.equipment.filter(({ from, to }) => (from ?? '') <= lastDay && (to === undefined || to >= lastDay))
}

/** Grade 2 or better, or a level of the catalogue above access. */
export function isEfficient({ efficiency }: EquipmentOptions): boolean {
  return efficiency !== undefined && EFFICIENT_GRADES.has(efficiency)
}

function ratedPower(facts: PlantFacts, figures: ReportFigures): readonly [string, string] {
  const inService = equipmentInService(facts)
  const kw = (id: string, name: Text, of: readonly EquipmentOptions[]) => {
    const total = sumOfRounded(of.map(({ rated_kw, count }) => Number(multiply(decimal(rated_kw), String(count)))))
    const value = inService.length === 0 ? null : total
    return figures.statement(`${facts.plant.id}/green/${id}`, name, 'kW', value, 'equipment')
  }
  return [
    kw('efficient_kw', bilingual('Rated power, efficient', '达到节能水平装备额定功率'), inService.filter(isEfficient)),
    kw('equipment_kw', bilingual('Rated power, all', '纳入统计装备额定功率'), inService),
  ]
}

/** Products of the configuration, each once, with the lots of the period whose footprint is known. */
export function productsWithLots(facts: PlantFacts, figures: ReportFigures) {
  const known = facts.lots.within.filter((lot) => figures.get(lotFigures(facts, figures, lot).total).value !== null)
  return [...new Set(facts.options.products.map(({ id }) => id))].sort().map((id) => {
    return { id, lots: known.filter(({ said }) => said.product === id).map(({ said }) => said.lot) }
  })
}

function productCounts(facts: PlantFacts, figures: ReportFigures): readonly [string, string] {
  const products = productsWithLots(facts, figures)
  const count = counter(facts, figures, products.length === 0 ? 'products' : null)
  return [
    count(
      'products_with_footprint',
      bilingual('Products with a footprint', '已开展碳足迹分析的产品数'),
      products.filter(({ lots }) => lots.length > 0).length,
      'footprints of the lots of the period',
    ),
    count('products', bilingual('Products', '产品数'), products.length, 'products'),
  ]
}

function meterCounts(facts: PlantFacts, figures: ReportFigures) {
  const meters = energyMeters(facts)
  const count = counter(facts, figures, meters.length === 0 ? 'devices' : null)
  const { meters_required: due } = facts.options
  return {
    automatic: count(
      'meters_automatic',
      bilingual('Meters that report by themselves', '有效自动采集计量表数'),
      meters.filter(({ isAutomatic }) => isAutomatic).length,
      'readings of the period',
    ),
    configured: count('meters_configured', bilingual('Meters configured', '已配置计量表数'), meters.length, 'devices'),
    required: figures.statement(
      `${facts.plant.id}/green/meters_required`,
      bilingual('Meters required', '应配置计量表数'),
      '1',
      due === undefined ? null : String(due),
      'meters_required',
    ),
  }
}

/** Counts things; where the setting that names them is empty, how many there are is not known. */
function counter({ plant }: PlantFacts, figures: ReportFigures, lacking: string | null) {
  return (id: string, name: Text, value: number, of: string): string => {
    const figure = `${plant.id}/green/${id}`
    return lacking === null
      ? figures.count(figure, name, '1', String(value), of)
      : figures.statement(figure, name, '1', null, lacking)
  }
}
