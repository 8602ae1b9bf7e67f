import type { NullReason } from '../../../base/reasons.js'
import type { ReportRow, ReportTable, Text } from '../../../base/report.js'
import type { ClaimedSaving, LeftOutDay } from '../../../insight/savings/claim.js'
import { modelTerms, type SavingsModel } from '../../../insight/savings/day.js'
import { currencyOf } from '../../../kpi/settings/currency.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, type ReportFigures, unknownValue } from '../figures.js'
import {
  bilingual,
  figureCell,
  isAnyCo2Only,
  left,
  NONE,
  partRow,
  right,
  row,
  same,
  strongRow,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import type { ReportBlock } from './block.js'
import { scope2Figures } from './scope2.js'

/** Savings that the plant claims: what they came to in the period, the model they rest on, what was left out, what is no saving. */
export const savings: ReportBlock = (facts, figures) => {
  if (facts.claims.length === 0) return []
  return [
    amounts(facts, figures),
    models(facts, figures),
    coefficients(facts, figures),
    nonRoutine(facts, figures),
    leftOut(facts),
  ]
}

interface Wanted {
  readonly of: string
  readonly name: Text
  readonly unit: string
  readonly value: number | null
  readonly digits: number
}

/** A figure of a claim, by the rule of savings; `digits` behind the point. */
export function claimFigure(facts: PlantFacts, figures: ReportFigures, one: ClaimedSaving, wanted: Wanted): string {
  const { of, name, unit, value, digits } = wanted
  const { id, measure } = one.claim
  const named = bilingual(`${measure}: ${name.en}`, `${measure}：${name.zh}`)
  const answer = value === null ? unknownValue(reasonOf(one)) : knownValue(fixed(value, digits))
  const rule = { formula: 'energy_saving', of: [], value: () => answer }
  return figures.rule(`${facts.plant.id}/saving/${id}/${of}`, named, unit, rule)
}

/** A decimal without zeros at its end. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits)
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}

function reasonOf({ reason }: ClaimedSaving): NullReason {
  if (reason === 'low_sample' || reason === 'no_model') return 'low_sample'
  return reason === 'no_energy' ? 'no_denominator' : 'no_data'
}

const AMOUNTS = [
  ['expected', 'expected without the measure', '未实施措施的预期用电量'],
  ['actual', 'used', '实际用电量'],
  ['saved', 'saved', '节能量'],
  ['lower90', 'saved, lower bound', '节能量下限'],
  ['upper90', 'saved, upper bound', '节能量上限'],
] as const

function amounts(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const columns = [left('what', 'Saving', '节能项目'), left('days', 'Days', '日期'), right('value', 'Value', '数值')]
  const currency = currencyOf(facts.options)
  const rows = facts.claims.flatMap((one) => {
    const { claim, reporting, saving, pricePerKwh, kgCo2ePerKwh } = one
    const values = saving && {
      expected: saving.expectedKwh,
      actual: saving.actualKwh,
      saved: saving.savedKwh,
      lower90: saving.bounds90[0],
      upper90: saving.bounds90[1],
    }
    const line = (wanted: Wanted, decimals: number) => {
      const id = claimFigure(facts, figures, one, wanted)
      return partRow(textCell(wanted.name), null, figureCell(id, gasUnit(facts, figures, wanted.unit), decimals))
    }
    const worth = (perKwh: number | null) => (saving === null || perKwh === null ? null : saving.savedKwh * perKwh)
    const co2e = bilingual('saved emissions, location-based', '减排量（基于位置）')
    const money = bilingual('saved cost of electricity', '节省的电量电费')
    return [
      strongRow(wordCell(claim.measure), wordCell(rangeText(reporting)), textCell(savingStateText(one))),
      ...AMOUNTS.map(([of, en, zh]) =>
        line({ of, name: bilingual(en, zh), unit: 'kWh', value: values?.[of] ?? null, digits: 3 }, 1),
      ),
      line({ of: 'kgco2e', name: co2e, unit: 'kgCO2e', value: worth(kgCo2ePerKwh), digits: 3 }, 1),
      ...(currency === null
        ? []
        : [line({ of: 'cost', name: money, unit: currency, value: worth(pricePerKwh), digits: 2 }, 2)]),
    ]
  })
  const note = bilingual(
    'The bounds hold the saving nine times of ten; chance does not explain it where the lower one is above 0. A day that is not known saves nothing. Cost and emissions are the saving times the mean price and factor of the import of the plant on those days.',
    '上下限以 90 % 的概率包含节能量；下限大于 0 时，偶然因素无法解释。未知的日子不计节能。费用和排放按这些日子工厂外购电的平均价格和因子折算。',
  )
  return tableOf('savings', bilingual('Claimed savings', '节能项目'), columns, rows, note)
}

/** A unit as it is shown: of CO2 alone where the factor of the import counts no other gas. */
export function gasUnit(facts: PlantFacts, figures: ReportFigures, unit: string): string {
  if (facts.words === 1 || !unit.includes('CO2e')) return unit
  return isAnyCo2Only(figures, [scope2Figures(facts, figures).locationBased]) ? unit.replace('CO2e', 'CO2') : unit
}

/** From the first to the last day. */
function rangeText({ from, to }: ClaimedSaving['reporting']): string {
  const last = new Date(Date.parse(to) - 1).toISOString().slice(0, 10)
  return `${from}/${last}`
}

/** Says what the bounds of a claimed saving tell, and no more, or why it is not known: whether it is recognised is for the reader. */
export function savingStateText({ saving, reason }: ClaimedSaving): Text {
  if (saving === null) return REASONS[reason]
  if (saving.isShown)
    return bilingual('lower bound is above 0: chance does not explain it', '节能量下限大于 0：偶然因素无法解释')
  return bilingual('lower bound is not above 0: it may be chance', '节能量下限不大于 0：可能出于偶然')
}

const REASONS: Readonly<Record<ClaimedSaving['reason'], Text>> = {
  '': same(''),
  low_sample: bilingual('not known: fewer known days than a baseline needs', '未知：基准期已知天数不足'),
  no_model: bilingual('not known: the days tell no model from another', '未知：数据无法区分模型'),
  no_variable: bilingual(
    'not known: too few days of the baseline have an output or the temperature that the claim names',
    '未知：基准期中具备所列产出或温度的天数不足',
  ),
  no_energy: bilingual('not known: nothing was used', '未知：没有用电'),
  no_data: bilingual('not known: no day after the change is known', '未知：改造后没有已知的日子'),
}

function models(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const columns = [
    left('saving', 'Saving', '节能项目'),
    left('baseline', 'Baseline', '基准期'),
    left('model', 'Energy goes by', '能耗相关变量'),
    right('days', 'Days', '天数'),
    right('r2', 'R²', 'R²'),
    right('cv-rmse', 'CV(RMSE)', 'CV(RMSE)'),
    right('nmbe', 'NMBE', 'NMBE'),
  ]
  const rows = facts.claims.map((one) => {
    const { claim, baseline } = one
    const cell = (of: string, name: Text, unit: string, value: number | null, digits: number, decimals: number) => {
      return figureCell(claimFigure(facts, figures, one, { of, name, unit, value, digits }), unit, decimals)
    }
    const percent = (value: number | null | undefined) => (value == null ? null : value * 100)
    return row(
      wordCell(claim.measure),
      wordCell(`${claim.baseline.from}/${claim.baseline.to}`),
      textCell(baseline === null ? REASONS[one.reason] : modelText(baseline.model)),
      cell('days', bilingual('days of the baseline', '基准期天数'), '1', baseline?.days ?? null, 0, 0),
      cell('r2', bilingual('R² of the baseline', '基准 R²'), '1', baseline?.r2 ?? null, 6, 3),
      cell('cv_rmse', bilingual('CV(RMSE) of the baseline', '基准 CV(RMSE)'), '%', percent(baseline?.cvRmse), 6, 2),
      cell('nmbe', bilingual('NMBE of the baseline', '基准 NMBE'), '%', percent(baseline?.nmbe), 6, 2),
    )
  })
  return tableOf('saving-models', bilingual('Baselines of the savings', '节能项目的基准'), columns, rows)
}

/** The variables of a model in words. */
export function modelText({ outputs, calendar, heatingBaseC, coolingBaseC }: SavingsModel): Text {
  const calendars = {
    none: [],
    kinds: [bilingual('working days', '工作日')],
    weekdays: [bilingual('days of the week', '星期')],
    shifts: [bilingual('hours of shifts', '班次小时数')],
  }
  const parts = [
    ...outputs.map(same),
    ...calendars[calendar],
    ...(heatingBaseC === null
      ? []
      : [bilingual(`degree days below ${heatingBaseC} °C`, `${heatingBaseC} °C 以下的度日`)]),
    ...(coolingBaseC === null
      ? []
      : [bilingual(`degree days above ${coolingBaseC} °C`, `${coolingBaseC} °C 以上的度日`)]),
  ]
  if (parts.length === 0) return bilingual('nothing: a mean day', '无：平均日')
  return bilingual(parts.map(({ en }) => en).join(', '), parts.map(({ zh }) => zh).join('、'))
}

/** A term of a model in words; an output by its KPI and where it was made. */
function termText(term: string): Text {
  const [kind = '', ...rest] = term.split(' ')
  const of = rest.join(' ')
  const texts: Readonly<Record<string, Text>> = {
    constant: bilingual('constant', '常数'),
    working: bilingual('working day', '工作日'),
    shift: bilingual('hour of shifts', '每班次小时'),
    output: bilingual(`one more of ${of}`, `每多一单位 ${of}`),
    below: bilingual(`degree day below ${of} °C`, `${of} °C 以下每度日`),
    above: bilingual(`degree day above ${of} °C`, `${of} °C 以上每度日`),
    weekday: WEEKDAY_TEXTS[Number(of)] ?? same(term),
  }
  return texts[kind] ?? same(term)
}

const WEEKDAY_TEXTS: readonly Text[] = [
  bilingual('Sunday', '星期日'),
  bilingual('Monday', '星期一'),
  bilingual('Tuesday', '星期二'),
  bilingual('Wednesday', '星期三'),
  bilingual('Thursday', '星期四'),
  bilingual('Friday', '星期五'),
  bilingual('Saturday', '星期六'),
]

function coefficients(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const columns = [
    left('saving', 'Saving', '节能项目'),
    left('term', 'Term', '项'),
    right('kwh', 'kWh a day', '每天 kWh'),
  ]
  const rows = facts.claims.flatMap((one) => {
    const { claim, baseline } = one
    if (baseline === null) return []
    const terms = ['constant', ...modelTerms(baseline.model).map(({ key }) => key)]
    return terms.map((term, i): ReportRow => {
      const said = termText(term)
      const name = bilingual(`coefficient: ${said.en}`, `系数：${said.zh}`)
      const value = baseline.fit.coefficients[i]!
      const id = claimFigure(facts, figures, one, {
        of: `coefficient/${term.replaceAll(' ', '-')}`,
        name,
        unit: 'kWh',
        value,
        digits: 6,
      })
      return row(wordCell(claim.measure), textCell(said), figureCell(id, 'kWh', 4))
    })
  })
  const title = bilingual('Coefficients of the baselines', '基准的系数')
  return tableOf('saving-coefficients', title, columns, rows.length > 0 ? rows : [none(columns.length)])
}

function nonRoutine(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const columns = [
    left('saving', 'Saving', '节能项目'),
    left('days', 'Days', '日期'),
    right('kwh', 'kWh a day', '每天 kWh'),
    left('reason', 'Reason', '原因'),
    left('author', 'Author', '填报人'),
  ]
  const rows = facts.claims.flatMap((one) =>
    one.events.map(({ from, to, kwhPerDay, reason, author }, i) => {
      const name = bilingual(`event ${i + 1}, energy of a day`, `事件 ${i + 1}，每天电量`)
      const id = claimFigure(facts, figures, one, {
        of: `event/${i + 1}`,
        name,
        unit: 'kWh',
        value: kwhPerDay,
        digits: 3,
      })
      return row(
        wordCell(one.claim.measure),
        facts.words === 2 && to === null ? textCell(fromOn(from)) : wordCell(`${from}/${to ?? ''}`),
        figureCell(id, 'kWh', 1),
        wordCell(reason),
        wordCell(author),
      )
    }),
  )
  const title = bilingual('Non-routine events: no saving', '非例行事件：不计为节能')
  return tableOf('saving-events', title, columns, rows.length > 0 ? rows : [none(columns.length)])
}

function fromOn(day: string): Text {
  return bilingual(`from ${day} on`, `${day} 起`)
}

const WHY: Readonly<Record<LeftOutDay['why'], Text>> = {
  no_energy: bilingual('energy not known', '电量未知'),
  no_output: bilingual('output not known', '产出未知'),
  no_temperature: bilingual('temperature not known', '温度未知'),
}

function leftOut(facts: PlantFacts): ReportTable {
  const columns = [
    left('saving', 'Saving', '节能项目'),
    left('period', 'Period', '时期'),
    left('day', 'Day', '日期'),
    left('why', 'Why', '原因'),
  ]
  const periods = { baseline: bilingual('baseline', '基准期'), reporting: bilingual('reporting', '报告期') }
  const rows = facts.claims.flatMap((one) =>
    one.leftOut.map(({ day, period, why }) =>
      row(wordCell(one.claim.measure), textCell(periods[period]), wordCell(day), textCell(WHY[why])),
    ),
  )
  const title = bilingual('Days that were left out', '未计入的日子')
  return tableOf('saving-left-out', title, columns, rows.length > 0 ? rows : [none(columns.length)])
}

function none(columns: number): ReportRow {
  return row(textCell(NONE), ...Array.from({ length: columns - 1 }, () => null))
}
