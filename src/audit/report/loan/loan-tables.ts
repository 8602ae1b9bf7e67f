import type { ReportRow, ReportTable, Text } from '../../../base/report.js'
import type { ClaimedSaving } from '../../../insight/savings/claim.js'
import type { ReportBlock } from '../blocks/block.js'
import { modelText, savingStateText, savings } from '../blocks/savings.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import {
  bilingual,
  figureCell,
  left,
  pairs,
  partRow,
  right,
  row,
  same,
  strongRow,
  tableOf,
  textCell,
} from '../words.js'

/** Each claim on one page: what is claimed, between which bounds, how it was found, on which data, and how it is proved. */
export const loanSummary: ReportBlock = (facts, figures) => {
  // The figures of the claims are made by the block that lists them whole.
  savings(facts, figures)
  const columns = [left('what', 'Question', '问题'), right('value', 'Value', '数值'), left('answer', 'Answer', '说明')]
  const rows = facts.claims.flatMap((one) => claimRows(facts, figures, one))
  const none = row(textCell(bilingual('no saving is claimed on these days', '报告期内未申报节能项目')), null, null)
  const note = bilingual(
    'A forecast of what will be saved from now on is no part of this document.',
    '本文件不含今后节能量的预测。',
  )
  const title = bilingual('The saving in short', '节能量摘要')
  return [tableOf('loan-summary', title, columns, rows.length > 0 ? rows : [none], note)]
}

function claimRows(facts: PlantFacts, figures: ReportFigures, one: ClaimedSaving): readonly ReportRow[] {
  const { claim, baseline, leftOut } = one
  const figure = (of: string, decimals: number) => {
    const id = `${facts.plant.id}/saving/${claim.id}/${of}`
    return figures.has(id) ? figureCell(id, figures.get(id).unit, decimals) : null
  }
  const model = baseline === null ? same('') : modelText(baseline.model)
  const out = (period: 'baseline' | 'reporting') => leftOut.filter((day) => day.period === period).length
  const last = new Date(Date.parse(one.reporting.to) - 1).toISOString().slice(0, 10)
  const line = (en: string, zh: string, of: string, decimals: number, answer: Text) =>
    partRow(textCell(bilingual(en, zh)), figure(of, decimals), textCell(answer))
  return [
    strongRow(textCell(claimText(one)), null, textCell(stateText(one))),
    line(
      'Saved',
      '节能量',
      'saved',
      1,
      bilingual(`from ${one.reporting.from} to ${last}`, `${one.reporting.from} 至 ${last}`),
    ),
    line(
      'Lower bound',
      '下限',
      'lower90',
      1,
      bilingual('exceeded nineteen times of twenty', '实际节能量高于此值的概率为 95 %'),
    ),
    line(
      'Upper bound',
      '上限',
      'upper90',
      1,
      bilingual('nine times of ten it lies between both', '介于两者之间的概率为 90 %'),
    ),
    line(
      'Saved cost of electricity',
      '节省电费',
      'cost',
      2,
      bilingual('at the mean price of these days', '按报告期平均电价'),
    ),
    line('Saved emissions', '减排量', 'kgco2e', 1, bilingual('location-based', '基于位置')),
    line(
      'Method',
      '方法',
      'cv_rmse',
      2,
      bilingual(
        `CV(RMSE) of a line through the days before the change, by: ${model.en}`,
        `基准期回归模型的 CV(RMSE)，变量：${model.zh}`,
      ),
    ),
    line(
      'Days of the baseline',
      '基准期天数',
      'days',
      0,
      bilingual(
        `${claim.baseline.from} to ${claim.baseline.to}; left out: ${out('baseline')} of them and ${out('reporting')} after the change`,
        `${claim.baseline.from} 至 ${claim.baseline.to}；未计入：基准期 ${out('baseline')} 天，报告期 ${out('reporting')} 天`,
      ),
    ),
  ]
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

/** Steps by which whoever is given the document checks it. */
export const loanProof: ReportBlock = ({ options, plant }) => {
  const { verify_url: address } = options.report
  const step = (en: string, zh: string) => textCell(bilingual(en, zh))
  const rows: readonly (readonly [Text, ReturnType<typeof textCell>])[] = [
    [
      bilingual('1. Ask for', '1. 索取'),
      step('the evidence bundle of this report, a .zip with its .zip.sig', '本报告的证据包：.zip 及 .zip.sig'),
    ],
    [
      bilingual('2. Compare', '2. 核对'),
      step(
        'the fingerprint of the key on the first page with what the plant says by another way: by telephone or on paper',
        '首页的密钥指纹与工厂以其他途径（电话、纸质）提供的指纹',
      ),
    ],
    [
      bilingual('3. Check', '3. 校验'),
      step(
        'greengauge verify BUNDLE.zip --key FINGERPRINT, on any computer, without a network',
        'greengauge verify 证据包.zip --key 指纹（任意计算机，无需联网）',
      ),
    ],
    [
      bilingual('4. What it does', '4. 校验内容'),
      step(
        'it computes the energy of each day of the period again from readings, chooses the model again, and compares every figure; days of the baseline are signed as they were stated',
        '由读数重新计算报告期每日电量，重新选择模型，逐一比对全部数值；基准期各日为签名数据',
      ),
    ],
    [
      bilingual('Instructions', '校验说明'),
      address === undefined
        ? step(
            'HOW-TO-CHECK.md in the bundle; the setting report.verify_url names none on the web',
            '证据包内 HOW-TO-CHECK.md；未配置网上说明（report.verify_url）',
          )
        : textCell(same(address)),
    ],
  ]
  return [proofTable(plant.id, rows)]
}

function proofTable(plant: string, rows: Parameters<typeof pairs>[2]): ReportTable {
  const note = bilingual(
    `Energy of the period is computed again from readings. Days of the baseline, events, prices and factors are as ${plant} stated and signed them: ask for their papers.`,
    `报告期电量由读数重新计算。基准期各日、非例行事件、电价和因子由 ${plant} 填报并签名，请另行索取凭证。`,
  )
  return pairs('loan-proof', bilingual('How to verify', '如何校验'), rows, note)
}

/** Text of the code on the first page: where the instructions stand, or which bundle has them. */
export function instructionsOf(plants: readonly PlantFacts[], bundle: string): string {
  const address = plants.map(({ options }) => options.report.verify_url).find((one) => one !== undefined)
  return address ?? `${bundle}: HOW-TO-CHECK.md, greengauge verify ${bundle}`
}
