import { CARRIERS } from '../../../kpi/formulas/carriers.js'
import { carrierFigure, heatFigure } from '../blocks/energy.js'
import { biogenicFigure, sourceFigures } from '../blocks/scope1.js'
import { doubleOf } from '../decimal.js'
import { isMetered } from '../facts.js'
import { kpiOf } from '../figures.js'
import { bilingual, configuredText, joinedTexts, textCell, tonnesCell } from '../words.js'
import {
  coded,
  doesNotApply,
  eachOr,
  figureAnswer,
  given,
  type ItemAnswer,
  type ItemAnswering,
  type ItemContext,
  isExchanged,
  NO_GOODS,
  notConfigured,
  partnersOf,
  said,
  subject,
  tonnesAnswer,
  yesNo,
} from './answer.js'

/** The most important of a list that the monitoring plan names. */
const MOST_IMPORTANT = 5

export const operatorName: ItemAnswering = ({ facts, cbam }) => [
  said(cbam.operator ?? facts.options.report.organisation, 'operator'),
]

export const registrationNumber: ItemAnswering = ({ facts, cbam }) => [
  coded(cbam.registration_number ?? facts.options.report.credit_code, 'registration_number'),
]

export const operatorAddress: ItemAnswering = ({ cbam }) => [said(cbam.operator_address, 'operator_address')]

export const installationName: ItemAnswering = ({ facts }) => {
  const { report, name } = facts.options
  return [said(report.site ?? name, 'plant.report.site')]
}

export const registryId: ItemAnswering = ({ cbam }) => [coded(cbam.registry_id, 'registry_id')]

export const unlocode: ItemAnswering = ({ facts }) => [coded(facts.options.report.unlocode, 'plant.report.unlocode')]

export const installationAddress: ItemAnswering = ({ facts }) => [
  said(facts.options.report.address, 'plant.report.address'),
]

export const coordinates: ItemAnswering = ({ facts }) => {
  const { latitude, longitude } = facts.options.report
  const place = latitude === undefined || longitude === undefined ? undefined : `${latitude}, ${longitude}`
  return [coded(place, 'plant.report.latitude')]
}

export const processesAndRoutes: ItemAnswering = ({ processes }) =>
  eachOr(processes, NO_GOODS, ({ name, goods }) =>
    goods.map(({ good }) => said(good.route, 'goods[].route', subject(name, configuredText(good.category) ?? name))),
  )

/** Item (3) of the summary: processes and routes, and the goods of each. */
export const processesWithGoods: ItemAnswering = ({ processes }) =>
  eachOr(processes, NO_GOODS, ({ name, goods }) => [
    ...goods.map(({ good, name: of }) => {
      const route = configuredText(good.route)
      const parts = [bilingual(`CN ${good.cn_code}`, `CN ${good.cn_code}`), of, ...(route === null ? [] : [route])]
      return given(textCell(joinedTexts(parts)), name)
    }),
  ])

export const otherProcesses: ItemAnswering = ({ cbam }) => {
  if (cbam.other_processes === undefined) return [notConfigured('other_processes')]
  const none = given(textCell(bilingual('none', '无')))
  return eachOr(cbam.other_processes, none, (words) => said(words, 'other_processes'))
}

/** The largest five by a figure; what is not known stands behind. */
function largest<One>({ figures }: ItemContext, all: readonly One[], idOf: (one: One) => string): readonly One[] {
  const size = (one: One) => doubleOf(figures.get(idOf(one)).value ?? '-1')
  return all.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_IMPORTANT)
}

export const mainGoods: ItemAnswering = (context) =>
  eachOr(context.processes, NO_GOODS, ({ name, goods }) =>
    largest(context, goods, ({ made }) => made.mass).map(({ good, name: of, made }) => {
      return figureAnswer(
        made.mass,
        't',
        3,
        subject(name, bilingual(`CN ${good.cn_code}, ${of.en}`, `CN ${good.cn_code}，${of.zh}`)),
      )
    }),
  )

export const mainFuels: ItemAnswering = (context) => {
  const { facts, figures } = context
  const fuels = CARRIERS.filter(({ kind }) => kind === 'fuel')
    .filter((carrier) => carrierFigure(facts, figures, carrier) !== null)
    .map((carrier) => ({ name: carrier.name, heat: heatFigure(facts, figures, carrier) }))
  const none = doesNotApply('no fuel is metered, and none was reported', '未计量任何燃料，也无上报')
  return eachOr(
    largest(context, fuels, ({ heat }) => heat),
    none,
    ({ name, heat }) => figureAnswer(heat, 'GJ', 3, name),
  )
}

export const mainMaterials: ItemAnswering = (context) => {
  const { facts, figures } = context
  const sources = sourceFigures(facts, figures).filter(({ kind }) => kind === 'scope1_process')
  const materials = (device: string) => [
    ...new Set(
      facts.events
        .filter((event) => event.type === 'process_input' && event.device === device)
        .map(({ fields }) => String(fields.material)),
    ),
  ]
  const none = doesNotApply(
    'no material with process emissions was reported (event process_input)',
    '无过程排放材料的上报（process_input 事件）',
  )
  return eachOr(
    largest(context, sources, ({ id }) => id),
    none,
    ({ device, id }) => {
      const names = materials(device).join(', ')
      return tonnesAnswer(id, bilingual(`${device}: ${names}`, `${device}：${names}`))
    },
  )
}

/** Figures of the sources whose CO2 is measured in the stack. */
export function measuredSources({ facts, figures }: ItemContext): readonly { device: string; id: string }[] {
  const { name } = kpiOf('scope1_measured')
  return facts.idsOf('scope1_measured', 'device').map((device) => {
    const id = figures.days(facts, `${facts.plant.id}/measured/${device}`, {
      kpi: 'scope1_measured',
      scope: 'device',
      id: device,
      name: bilingual(`${device}: ${name.en}`, `${device}：${name.zh}`),
    })
    return { device, id }
  })
}

export const NO_MEASUREMENT: ItemAnswer = doesNotApply(
  'no source is measured continuously (carbon.method and carbon.measured)',
  '无连续监测的排放源（carbon.method 与 carbon.measured）',
)

export const continuousMeasurement: ItemAnswering = (context) =>
  eachOr(
    largest(context, measuredSources(context), ({ id }) => id),
    NO_MEASUREMENT,
    ({ device, id }) => given(tonnesCell(id, 'tCO2'), bilingual(`CO2 of ${device}`, `${device} 的 CO2`)),
  )

const NONE_REPORTED = bilingual('no: none was reported in the period', '否：报告期内无上报')
const NONE_COUNTED = bilingual('no: no CO2 of such fuels was counted in the period', '否：报告期内未计入此类燃料的 CO2')

/** Fuels that grew are rated at zero; their CO2 stands beside the totals. */
export const zeroRatedFuels: ItemAnswering = ({ facts, figures, cbam }) => {
  const isUsed = facts.days('biogenic_co2', 'plant', facts.plant.id).some(({ numerator }) => numerator > 0)
  if (!isUsed && facts.edition < 3) return [given(textCell(NONE_REPORTED))]
  if (!isUsed) {
    const id = biogenicFigure(facts, figures)
    return [given(figures.get(id).value === null ? tonnesCell(id, 'tCO2') : textCell(NONE_COUNTED))]
  }
  return [
    yesNo(true),
    said(cbam.zero_rating, 'zero_rating', bilingual('how zero-rating is demonstrated', '零计排放的证明方式')),
  ]
}

/** Amounts of heat: a meter of heat counts what comes in. */
export const heatExchange: ItemAnswering = ({ facts, figures, cbam }) => {
  const carrier = CARRIERS.find(({ id }) => id === 'heat')
  const bought = carrier === undefined ? null : carrierFigure(facts, figures, carrier)
  const imported = bilingual('heat imported', '输入热力')
  const amount = isMetered(facts, ['heat_gj']) && bought !== null ? [figureAnswer(bought, 'GJ', 3, imported)] : []
  if (amount.length > 0 && cbam.heat === undefined) return amount
  return [...amount, said(cbam.heat, 'heat')]
}

export const heatExchangeAndPartners: ItemAnswering = (context) => [
  ...heatExchange(context),
  ...partnersOf(context, ['heat_in', 'heat_out']),
]

/** The summary asks whether, so it has no amounts. */
export const heatExchanged: ItemAnswering = (context) =>
  isMetered(context.facts, ['heat_gj']) ? [yesNo(true)] : [isExchanged(context, ['heat_in', 'heat_out'])]
