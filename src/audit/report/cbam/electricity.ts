import { plantFigure } from '../blocks/energy.js'
import { scope2Figures } from '../blocks/scope2.js'
import { isPositive } from '../decimal.js'
import { isMetered } from '../facts.js'
import { kpiOf } from '../figures.js'
import { bilingual, textCell } from '../words.js'
import {
  coded,
  confirmed,
  doesNotApply,
  eachOr,
  figureAnswer,
  given,
  type ItemAnswer,
  type ItemAnswering,
  type ItemContext,
  NO_GOODS,
  notConfigured,
  notMeasured,
  partnersOf,
  tonnesAnswer,
  yesNo,
} from './answer.js'
import { electricityFactor } from './good-figures.js'

const IMPORTED = bilingual('from the grid meters', '关口表外购')
const ONSITE = bilingual('made in the installation', '自发')

/** Electricity that is made in the installation; null where no meter counts any. */
function onsiteFigure({ facts, figures }: ItemContext): string | null {
  const isThere =
    facts.days('energy_elec_onsite', 'plant', facts.plant.id).length > 0 || isMetered(facts, ['renew_onsite_kwh'])
  return isThere ? plantFigure(facts, figures, 'energy_elec_onsite') : null
}

function consumedFigure({ facts, figures }: ItemContext): string {
  const id = facts.plant.id
  return figures.days(facts, `${id}/energy_elec_consumed`, { kpi: 'energy_elec_consumed', scope: 'plant', id })
}

function quantities(context: ItemContext): readonly ItemAnswer[] {
  const { facts, figures } = context
  const { importKwh } = scope2Figures(facts, figures)
  const onsite = onsiteFigure(context)
  return [
    figureAnswer(importKwh, 'kWh', 3, IMPORTED),
    onsite === null
      ? notMeasured('no meter counts electricity made here', '无自发电计量表', ONSITE)
      : figureAnswer(onsite, 'kWh', 3, ONSITE),
  ]
}

export const electricitySources: ItemAnswering = (context) => [
  ...quantities(context),
  ...partnersOf(context, ['electricity_in']),
]

/** An answer about electricity that is made here, where some is, or somebody says so. */
function ifMadeHere(context: ItemContext, answer: () => ItemAnswer): readonly ItemAnswer[] {
  if (onsiteFigure(context) !== null || context.cbam.onsite_electricity !== undefined) return [answer()]
  return [
    doesNotApply(
      'no meter counts electricity made here, and report.cbam.onsite_electricity is not configured',
      '无自发电计量表，且未配置 report.cbam.onsite_electricity',
    ),
  ]
}

export const cogeneration: ItemAnswering = (context) =>
  ifMadeHere(context, () => confirmed(context.cbam.onsite_electricity?.cogeneration, 'onsite_electricity.cogeneration'))

export const separateGeneration: ItemAnswering = (context) =>
  ifMadeHere(context, () => confirmed(context.cbam.onsite_electricity?.separate, 'onsite_electricity.separate'))

const ORIGINS = {
  fossil: bilingual('fossil', '化石能源'),
  renewable: bilingual('renewable', '可再生能源'),
  both: bilingual('fossil and renewable', '化石能源和可再生能源'),
} as const

export const fossilOrRenewable: ItemAnswering = (context) =>
  ifMadeHere(context, () => {
    const origin = context.cbam.onsite_electricity?.origin
    return origin === undefined ? notConfigured('onsite_electricity.origin') : given(textCell(ORIGINS[origin]))
  })

export const electricityExport: ItemAnswering = (context) =>
  ifMadeHere(context, () => {
    const { facts, figures } = context
    const kwh = plantFigure(facts, figures, 'energy_elec_export')
    return kwh === null
      ? notMeasured('no meter counts electricity that goes out', '无外送电量计量表')
      : figureAnswer(kwh, 'kWh', 3, kpiOf('energy_elec_export').name)
  })

/** The summary asks whether, so it has no amount. */
export const electricityExported: ItemAnswering = (context) =>
  ifMadeHere(context, () => {
    const { facts, figures } = context
    const kwh = plantFigure(facts, figures, 'energy_elec_export')
    const value = kwh === null ? null : figures.get(kwh).value
    return value === null
      ? notMeasured('no meter counts electricity that goes out', '无外送电量计量表')
      : yesNo(isPositive(value))
  })

/** Items 9 to 11 are about goods of which indirect emissions count as well. */
function ifIndirectCounts({ goods }: ItemContext, answers: () => readonly ItemAnswer[]): readonly ItemAnswer[] {
  if (goods.length === 0) return [NO_GOODS]
  if (goods.some(({ isInAnnexII }) => !isInAnnexII)) return answers()
  return [ALL_IN_ANNEX_II]
}

const ALL_IN_ANNEX_II = doesNotApply(
  'every good is listed in Annex II to Regulation (EU) 2023/956',
  '全部产品均列入 (EU) 2023/956 条例附件二',
)

export const totalElectricity: ItemAnswering = (context) =>
  ifIndirectCounts(context, () => [figureAnswer(consumedFigure(context), 'kWh', 3)])

export const electricityOfGoods: ItemAnswering = (context) =>
  ifIndirectCounts(context, () =>
    context.goods
      .filter(({ isInAnnexII }) => !isInAnnexII)
      .map(({ name, made }) => figureAnswer(made.kwh, 'kWh', 3, name)),
  )

export const electricityInstallations: ItemAnswering = (context) =>
  ifIndirectCounts(context, () => partnersOf(context, ['electricity_in']))

export const indirectOfInstallation: ItemAnswering = (context) =>
  ifIndirectCounts(context, () => {
    const { facts, figures } = context
    const { electricityLb } = scope2Figures(facts, figures)
    return [tonnesAnswer(electricityLb)]
  })

/** Quantity, country and factor of each source, and the factor that counts. */
export const electricityFactors: ItemAnswering = (context) => {
  const { facts, figures } = context
  const { importKwh, electricityLb } = scope2Figures(facts, figures)
  const name = bilingual('Factor of electricity of the location', '基于位置的电力因子')
  const id = `${facts.plant.id}/cbam/location_factor`
  const location = figures.quotient(id, name, 'kgCO2e/kWh', [electricityLb, importKwh])
  const region = facts.options.grid_region
  const regionOf = bilingual('country and grid region of the import', '外购电所在国家和电网区域')
  return [
    ...quantities(context),
    coded(region, 'plant.grid_region', regionOf),
    figureAnswer(location, 'kgCO2e/kWh', 6, name),
    figureAnswer(
      electricityFactor(facts, figures),
      'kgCO2e/kWh',
      6,
      bilingual('Factor for embedded indirect emissions', '用于隐含间接排放的因子'),
    ),
  ]
}

export const electricityOfProcesses: ItemAnswering = ({ processes }) =>
  eachOr(processes, NO_GOODS, ({ name, kwh }) => figureAnswer(kwh, 'kWh', 3, name))

function configuredFactor(
  { facts, figures, cbam }: ItemContext,
  origins: readonly string[],
  otherwise: ItemAnswer,
): readonly ItemAnswer[] {
  const { electricity } = cbam
  if (electricity === undefined || !origins.includes(electricity.origin)) return [otherwise]
  const said = bilingual(`${electricity.origin.replaceAll('_', ' ')}: ${electricity.source}`, electricity.source)
  return [figureAnswer(electricityFactor(facts, figures), 'kgCO2e/kWh', 6, said)]
}

export const actualFactor: ItemAnswering = (context) =>
  configuredFactor(
    context,
    ['power_purchase_agreement', 'direct_line'],
    doesNotApply(
      'report.cbam.electricity names no power purchase agreement and no direct line',
      'report.cbam.electricity 未列购电协议或直连线路',
    ),
  )

export const agreementFactor: ItemAnswering = (context) =>
  configuredFactor(
    context,
    ['power_purchase_agreement'],
    doesNotApply('report.cbam.electricity names no power purchase agreement', 'report.cbam.electricity 未列购电协议'),
  )
