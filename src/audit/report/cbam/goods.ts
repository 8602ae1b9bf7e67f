import type { ReportCell, Text } from '../../../base/report.js'
import { add, decimal, multiply, quotient } from '../decimal.js'
import { knownValue, type ReportFigures, unknownValue } from '../figures.js'
import { bilingual, configuredText, joinedTexts, textCell, wordCell } from '../words.js'
import {
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
  said,
  subject,
} from './answer.js'
import { usedValue } from './markup.js'
import type { ReportedGood } from './processes.js'

const SEE = 'tCO2e/t'

/** Answers for each good. */
function ofGoods(
  answer: (good: ReportedGood, context: ItemContext) => ItemAnswer | readonly ItemAnswer[],
): ItemAnswering {
  return (context) => eachOr(context.goods, NO_GOODS, (good) => answer(good, context))
}

function goodWithCode({ good, name }: ReportedGood): Text {
  return bilingual(`${name.en} (CN ${good.cn_code})`, `${name.zh}（CN ${good.cn_code}）`)
}

export const goodsProduced: ItemAnswering = ({ processes }) =>
  eachOr(processes, NO_GOODS, ({ name, goods, mass }) => [
    ...goods.map((one) => figureAnswer(one.made.mass, 't', 3, goodWithCode(one))),
    figureAnswer(mass, 't', 3, subject(bilingual('production process', '生产过程'), name)),
  ])

export const otherGoods: ItemAnswering = ({ cbam }) => [said(cbam.other_goods, 'other_goods')]

export const directEmbedded = ofGoods(({ name, made }) => figureAnswer(made.embeddedDirect, SEE, 6, name))

export const compositions = ofGoods(({ name }) =>
  doesNotApply('no compositions of the good are configured', '未配置产品的不同成分', name),
)

/** By what the precursors of a good say of themselves, and by how much of its electricity is known. */
export const dataQuality = ofGoods(({ good, name }, { facts }) => {
  const { cbam } = facts.options.report
  const defaults = good.precursors.filter(({ is_default }) => is_default)
  const names = defaults.map((one) => configuredText(one.name) ?? bilingual('', ''))
  const own = bilingual(
    'own direct emissions and electricity: from the readings and entries of the installation',
    '自身直接排放和用电：依据装置的读数和录入',
  )
  const method = MONITORING[cbam?.monitoring ?? facts.options.carbon.method]
  const factor =
    cbam?.electricity?.origin === 'country_default'
      ? bilingual('factor of electricity: default value of the country', '电力因子：国家缺省值')
      : bilingual('factor of electricity: no default value', '电力因子：非缺省值')
  const ofPrecursors =
    good.precursors.length === 0
      ? bilingual('precursors: none configured', '前体：未配置')
      : defaults.length === 0
        ? bilingual('precursors: actual values', '前体：实际值')
        : bilingual(
            `precursors with default values: ${joinedTexts(names, ', ').en}`,
            `采用缺省值的前体：${joinedTexts(names, '、').zh}`,
          )
  return given(textCell(joinedTexts([method, own, ofPrecursors, factor])), name)
})

const MONITORING = {
  calculation: bilingual('monitored by calculation', '基于计算监测'),
  measurement: bilingual('monitored by measurement', '基于测量监测'),
  both: bilingual('monitored by calculation and measurement', '计算与测量结合监测'),
} as const

export const defaultShare = ofGoods(({ name, made }) => figureAnswer(made.defaultShare, '%', 2, name))

/** An answer for each good of which indirect emissions count as well. */
function ifIndirect(
  answer: (good: ReportedGood, context: ItemContext) => ItemAnswer | readonly ItemAnswer[],
): ItemAnswering {
  return ofGoods((one, context) =>
    one.isInAnnexII
      ? doesNotApply(
          'the good is listed in Annex II to Regulation (EU) 2023/956',
          '该产品列入 (EU) 2023/956 条例附件二',
          one.name,
        )
      : answer(one, context),
  )
}

/** The part of a good's indirect emissions that rests on actual values, and the rest. */
function indirectShares(
  context: ItemContext,
  one: ReportedGood,
): { readonly actual: string; readonly byDefault: string } {
  const { facts, figures, cbam } = context
  const { good, name, made } = one
  const isActual = cbam.electricity !== undefined && cbam.electricity.origin !== 'country_default'
  const stem = `${facts.plant.id}/cbam/${good.id}`
  const ofPrecursors = good.precursors
    .filter(({ is_default }) => !is_default)
    .map((precursor) => multiply(decimal(precursor.t_per_t), usedValue(facts, precursor, 'see_indirect')))
  const actual = indirectShare(figures, `${stem}/indirect_actual_share`, {
    name: subject(name, bilingual('share of indirect emissions by actual values', '间接排放中实际值的占比')),
    of: [made.seeIndirect, made.embeddedIndirect],
    part: (own) => add('0', ...(isActual ? [own] : []), ...ofPrecursors),
  })
  const byDefault = indirectShare(figures, `${stem}/indirect_default_share`, {
    name: subject(name, bilingual('share of indirect emissions by default values', '间接排放中缺省值的占比')),
    of: [made.seeIndirect, made.embeddedIndirect],
    part: (own, all) => add(all, ...[...(isActual ? [own] : []), ...ofPrecursors].map((one) => multiply(one, '-1'))),
  })
  return { actual, byDefault }
}

function indirectShare(
  figures: ReportFigures,
  id: string,
  wanted: { readonly name: Text; readonly of: readonly string[]; part(own: string, all: string): string },
): string {
  return figures.rule(id, wanted.name, '%', {
    formula: 'cbam_indirect_share',
    of: wanted.of,
    value: (own, all) => {
      const share = quotient(wanted.part(own!, all!), all!, 100)
      return share === null ? unknownValue('no_denominator') : knownValue(share)
    },
  })
}

export const actualIndirectShare = ifIndirect((one, context) =>
  figureAnswer(indirectShares(context, one).actual, '%', 2, one.name),
)

export const defaultIndirectShare = ifIndirect((one, context) =>
  figureAnswer(indirectShares(context, one).byDefault, '%', 2, one.name),
)

export const criteriaMet = ifIndirect(({ name }, { cbam }) =>
  confirmed(cbam.electricity?.criteria_met, 'electricity.criteria_met', name),
)

export const criteriaAndEvidence = ifIndirect(({ name }, { cbam }) => [
  confirmed(
    cbam.electricity?.criteria_met,
    'electricity.criteria_met',
    subject(name, bilingual('criteria of point 6 met', '满足第 6 点准则')),
  ),
  confirmed(
    cbam.electricity?.evidence_submitted,
    'electricity.evidence_submitted',
    subject(name, bilingual('evidence of point D.4.3 submitted', '已提交 D.4.3 的证据')),
  ),
])

export const indirectEmbedded = ifIndirect(({ name, made }) => figureAnswer(made.embeddedIndirect, SEE, 6, name))

/** This product makes no statement of imported electricity, CN 2716 00 00. */
export const importedElectricity: ItemAnswering = ({ goods }) =>
  goods.length === 0
    ? [NO_GOODS]
    : goods.some(({ good }) => good.cn_code === '27160000')
      ? [notConfigured('goods[]: electricity as a good has no settings')]
      : [doesNotApply('no good is electricity (CN 2716 00 00)', '无电力产品（CN 2716 00 00）')]

export const freeAllocation = ofGoods(({ good, name }) => {
  const { free_allocation: free } = good
  return free === undefined
    ? notConfigured('goods[].free_allocation', name)
    : given(wordCell(`${decimal(free.t_per_t)} tCO2e/t (${free.source})`), name)
})

export const benchmarks = ofGoods(({ good, name }) => {
  const { free_allocation: free } = good
  if (free === undefined) return notConfigured('goods[].free_allocation', name)
  return [
    said(free.method, 'goods[].free_allocation.method', name),
    confirmed(
      free.benchmarks_confirmed,
      'goods[].free_allocation.benchmarks_confirmed',
      subject(name, bilingual('applicable benchmarks used', '采用适用基准')),
    ),
  ]
})

export const goodsInFunctionalUnit = ofGoods((one) => figureAnswer(one.made.mass, 't', 3, goodWithCode(one)))

export const goodsByRoute = ofGoods((one) => {
  const route = configuredText(one.good.route)
  const of = goodWithCode(one)
  return figureAnswer(one.made.mass, 't', 3, route === null ? of : subject(route, of))
})

export const otherFunctionalUnit: ItemAnswering = ({ goods }) =>
  goods.length === 0
    ? [NO_GOODS]
    : [doesNotApply('the functional unit of all goods is the tonne', '全部产品的功能单位均为吨')]

export const sectorParameters = ofGoods(({ good, name }) =>
  eachOr(good.parameters ?? [], notConfigured('goods[].parameters', name), ({ name: of, value, unit, source }) => {
    const said: ReportCell = wordCell(`${value}${unit === undefined ? '' : ` ${unit}`} (${source})`)
    return given(said, subject(name, configuredText(of) ?? name))
  }),
)
