import { DAY_MS } from '../../../base/durations.js'
import type { ReportCell, ReportRow, ReportTable, Text } from '../../../base/report.js'
import type { ClaimedSaving } from '../../../insight/savings/claim.js'
import { currencyOf } from '../../../kpi/settings/currency.js'
import { lastDay } from '../../periods.js'
import type { ReportBlock } from '../blocks/block.js'
import { claimFigure, gasUnit, modelText, savingStateText, savings } from '../blocks/savings.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import {
  bilingual,
  configuredText,
  figureCell,
  left,
  NOT_CONFIGURED,
  partRow,
  right,
  row,
  same,
  strongRow,
  tableOf,
  textCell,
} from '../words.js'

type Line = readonly [what: Text, value: ReportCell, answer: Text]

/** Each claim on one page: who claims what, between which bounds, at which price, how it was found, on which data. */
export const loanSummary: ReportBlock = (facts, figures) => {
  return [summary(facts, figures, (one) => whole(facts, figures, one))]
}

/** The summary of before: without the claimant, the price, the fit of the model, and days that the baseline has not seen. */
export const loanSummaryFirst: ReportBlock = (facts, figures) => {
  return [summary(facts, figures, (one) => first(facts, figures, one))]
}

function summary(
  facts: PlantFacts,
  figures: ReportFigures,
  linesOf: (one: ClaimedSaving) => readonly Line[],
): ReportTable {
  // The figures of the claims are made by the block that lists them whole.
  savings(facts, figures)
  const columns = [left('what', 'Question', '问题'), right('value', 'Value', '数值'), left('answer', 'Answer', '说明')]
  const rows = facts.claims.flatMap((one): readonly ReportRow[] => [
    strongRow(textCell(claimText(one)), null, textCell(stateText(one))),
    ...linesOf(one).map(([what, value, answer]) => partRow(textCell(what), value, textCell(answer))),
  ])
  const none = row(textCell(bilingual('no saving is claimed on these days', '报告期内未申报节能项目')), null, null)
  const note = bilingual(
    'A forecast of what will be saved from now on is no part of this document.',
    '本文件不含今后节能量的预测。',
  )
  const title = bilingual('The saving in short', '节能量摘要')
  return tableOf('loan-summary', title, columns, rows.length > 0 ? rows : [none], note)
}

/** The cell of a figure that the savings of the plant have; null for one that they lack. */
function cellOf(facts: PlantFacts, figures: ReportFigures, { claim }: ClaimedSaving, of: string, decimals: number) {
  const id = `${facts.plant.id}/saving/${claim.id}/${of}`
  return figures.has(id) ? figureCell(id, gasUnit(facts, figures, figures.get(id).unit), decimals) : null
}

const LOWER = bilingual('exceeded nineteen times of twenty', '实际节能量高于此值的概率为 95 %')
const UPPER = bilingual('nine times of ten it lies between both', '介于两者之间的概率为 90 %')

function first(facts: PlantFacts, figures: ReportFigures, one: ClaimedSaving): readonly Line[] {
  const cell = (of: string, decimals: number) => cellOf(facts, figures, one, of, decimals)
  const { from, to } = one.reporting
  return [
    [
      bilingual('Saved', '节能量'),
      cell('saved', 1),
      bilingual(`from ${from} to ${lastDay(to)}`, `${from} 至 ${lastDay(to)}`),
    ],
    [bilingual('Lower bound', '下限'), cell('lower90', 1), LOWER],
    [bilingual('Upper bound', '上限'), cell('upper90', 1), UPPER],
    [
      bilingual('Saved cost of electricity', '节省电费'),
      cell('cost', 2),
      bilingual('at the mean price of these days', '按报告期平均电价'),
    ],
    [bilingual('Saved emissions', '减排量'), cell('kgco2e', 1), bilingual('location-based', '基于位置')],
    method(one, cell('cv_rmse', 2)),
    baselineDays(one, cell('days', 0)),
  ]
}

function whole(facts: PlantFacts, figures: ReportFigures, one: ClaimedSaving): readonly Line[] {
  const cell = (of: string, decimals: number) => cellOf(facts, figures, one, of, decimals)
  const { organisation, address } = facts.options.report
  const { en, zh } = configuredText(organisation) ?? NOT_CONFIGURED
  const site = configuredText(address)
  const claimant = site === null ? bilingual(en, zh) : bilingual(`${en}; ${site.en}`, `${zh}；${site.zh}`)
  return [
    [bilingual('Claimed by', '申报单位'), null, claimant],
    [bilingual('Saved', '节能量'), cell('saved', 1), daysText(one)],
    [bilingual('Lower bound', '下限'), cell('lower90', 1), LOWER],
    [bilingual('Upper bound', '上限'), cell('upper90', 1), UPPER],
    share(facts, figures, one),
    ...worth(facts, figures, one),
    method(one, cell('cv_rmse', 2)),
    [
      bilingual('Explained by the model', '模型解释程度'),
      cell('r2', 3),
      bilingual(
        'R²: the part of the ups and downs of the days before that the model explains',
        'R²：基准期逐日波动中由模型解释的部分',
      ),
    ],
    [
      bilingual('Bias of the model', '模型偏差'),
      cell('nmbe', 2),
      bilingual('NMBE, on the days of the baseline', 'NMBE（基准期）'),
    ],
    baselineDays(one, cell('days', 0)),
    [bilingual('What counts against it', '须注意'), null, cautions(one)],
  ]
}

function daysText({ reporting: { from, to }, saving }: ClaimedSaving): Text {
  const all = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
  const [en, zh] = [`from ${from} to ${lastDay(to)}`, `${from} 至 ${lastDay(to)}`]
  if (saving === null) return bilingual(`${en}, ${all} days`, `${zh}，共 ${all} 天`)
  return bilingual(
    `${en}: ${saving.days} days that are known, of ${all}; for these alone, not for a year`,
    `${zh}：共 ${all} 天，其中 ${saving.days} 天已知；仅为这些天的节能量，并非全年`,
  )
}

/** The saving by what would have been used without the measure. */
function share(facts: PlantFacts, figures: ReportFigures, { claim, saving }: ClaimedSaving): Line {
  const stem = `${facts.plant.id}/saving/${claim.id}`
  const name = bilingual(`${claim.measure}: saved share`, `${claim.measure}：节能率`)
  const id = figures.quotient(`${stem}/share`, name, '%', [`${stem}/saved`, `${stem}/expected`], 100)
  const expected = saving === null ? null : Math.round(saving.expectedKwh).toLocaleString('en')
  const answer =
    expected === null
      ? bilingual('of what would have been used without the measure', '占未实施措施时预期用电量')
      : bilingual(
          `of ${expected} kWh that would have been used without the measure`,
          `占未实施措施时预期用电量 ${expected} kWh`,
        )
  return [bilingual('Saved share', '节能率'), figureCell(id, '%', 1), answer]
}

/** Money and emissions, each with what a kWh was worth and where that comes from. */
function worth(facts: PlantFacts, figures: ReportFigures, one: ClaimedSaving): readonly Line[] {
  const cell = (of: string, decimals: number) => cellOf(facts, figures, one, of, decimals)
  const currency = currencyOf(facts.options)
  const perKwh = (of: string, name: Text, unit: string, value: number | null) => {
    const id = claimFigure(facts, figures, one, { of, name, unit, value, digits: 6 })
    return figureCell(id, gasUnit(facts, figures, unit), 4)
  }
  const factorName = bilingual('emissions of a kWh that was bought', '外购电平均排放因子')
  const factor = perKwh('factor', factorName, 'kgCO2e/kWh', one.saving === null ? null : one.kgCo2ePerKwh)
  const money: readonly Line[] =
    currency === null
      ? [[bilingual('Saved cost of electricity', '节省电费'), null, NO_TARIFF]]
      : [
          [
            bilingual('Saved cost of electricity', '节省电费'),
            cell('cost', 2),
            bilingual('the saving at the price below', '节能量 × 下列电价'),
          ],
          [
            bilingual('Price of a kWh', '电价'),
            perKwh(
              'price',
              bilingual('price of a kWh that was bought', '外购电平均电价'),
              `${currency}/kWh`,
              one.saving === null ? null : one.pricePerKwh,
            ),
            tariffText(facts),
          ],
        ]
  return [
    ...money,
    [
      bilingual('Saved emissions', '减排量'),
      cell('kgco2e', 1),
      bilingual('the saving at the factor below, location-based', '节能量 × 下列因子（基于位置）'),
    ],
    [
      bilingual('Factor of a kWh', '排放因子'),
      factor,
      bilingual(
        'mean of what the plant bought on these days; sources stand under Factors',
        '报告期外购电均值；来源见“排放因子”',
      ),
    ],
  ]
}

const NO_TARIFF = bilingual('not known: no tariff in one currency is configured', '未知：未配置单一币种的电价')

function tariffText({ options, period }: PlantFacts): Text {
  const ids = options.tariffs
    .filter(({ valid_from: from, valid_to: to }) => from < period.to && (to === undefined || to >= period.from))
    .map(({ id }) => id)
  return bilingual(
    `mean of what the plant bought on these days, charges for energy alone; tariff as the plant states it: ${ids.join(', ')}`,
    `报告期外购电均价，仅含电量电费；电价由工厂填报：${ids.join('、')}`,
  )
}

function method({ baseline }: ClaimedSaving, value: ReportCell): Line {
  const model = baseline === null ? same('') : modelText(baseline.model)
  return [
    bilingual('Method', '方法'),
    value,
    bilingual(
      `CV(RMSE) of a line through the days before the change, by: ${model.en}`,
      `基准期回归模型的 CV(RMSE)，变量：${model.zh}`,
    ),
  ]
}

function baselineDays({ claim, leftOut }: ClaimedSaving, value: ReportCell): Line {
  const out = (period: 'baseline' | 'reporting') => leftOut.filter((day) => day.period === period).length
  const { from, to } = claim.baseline
  return [
    bilingual('Days of the baseline', '基准期天数'),
    value,
    bilingual(
      `${from} to ${to}; left out: ${out('baseline')} of them and ${out('reporting')} after the change`,
      `${from} 至 ${to}；未计入：基准期 ${out('baseline')} 天，报告期 ${out('reporting')} 天`,
    ),
  ]
}

/** Says what makes the figure less sure than its bounds, or not the measure's alone. */
function cautions({ saving, events }: ClaimedSaving): Text {
  const beyond = saving?.outsideRange ?? 0
  const count = (n: number, one: string, more: string) => (n === 1 ? `one ${one}` : `${n === 0 ? 'no' : n} ${more}`)
  const seen = bilingual(
    `${count(beyond, 'day lies', 'days lie')} beyond anything that the baseline has seen`,
    beyond === 0 ? '无超出基准期取值范围的天数' : `${beyond} 天超出基准期的取值范围`,
  )
  const said =
    events.length === 0
      ? bilingual('no non-routine event is on record', '无非例行事件记录')
      : bilingual(
          `${count(events.length, 'non-routine event counts', 'non-routine events count')} as stated on record`,
          `已按填报计入 ${events.length} 项非例行事件`,
        )
  return bilingual(
    `${seen.en}; ${said.en}. What else changed on these days counts as saving.`,
    `${seen.zh}；${said.zh}。同期其他未登记的变化也会计入节能量。`,
  )
}

/** The measure with its id and what it saves: two claims may be of one measure. */
function claimText({ claim: { id, measure, line, meter } }: ClaimedSaving): Text {
  const of = line ?? meter
  if (of === undefined) return bilingual(`${measure} (${id}, the whole plant)`, `${measure}（${id}，全厂）`)
  return line === undefined
    ? bilingual(`${measure} (${id}, meter ${of})`, `${measure}（${id}，计量表 ${of}）`)
    : bilingual(`${measure} (${id}, line ${of})`, `${measure}（${id}，产线 ${of}）`)
}

/** Says what the bounds tell, and no more: whether a saving is recognised is for the reader. */
function stateText(one: ClaimedSaving): Text {
  if (one.saving === null) return savingStateText(one)
  return one.saving.isShown
    ? bilingual('lower bound above 0: chance does not explain it', '下限大于 0：偶然因素无法解释')
    : bilingual('lower bound not above 0: it may be chance', '下限不大于 0：可能出于偶然')
}
