import type { ReportCell, ReportTable, Text } from '../../../base/report.js'
import type { ReportBlock } from '../blocks/block.js'
import type { PlantFacts } from '../facts.js'
import { bilingual, configuredText, pairs, same, textCell } from '../words.js'

/** Steps by which whoever is given the document checks it, with where to get what they take. */
export const loanProof: ReportBlock = ({ options, plant }) => {
  const whom = configuredText(options.report.responsible) ?? bilingual('the plant', '工厂')
  const rows: readonly Row[] = [
    [
      bilingual('1. Ask for', '1. 索取'),
      step(
        `the evidence bundle of this report, a .zip with its .zip.sig, from ${whom.en}`,
        `本报告的证据包：.zip 及 .zip.sig（向${whom.zh}索取）`,
      ),
    ],
    COMPARE,
    [
      bilingual('3. Check', '3. 校验'),
      step(
        'greengauge verify BUNDLE.zip --key FINGERPRINT, on any computer, without a network. Greengauge is open: get it from its publisher. For a first look the script verify/greengauge-verify.mjs of the bundle does the same with Node.js alone',
        'greengauge verify 证据包.zip --key 指纹（任意计算机，无需联网）。Greengauge 为开源软件，请从发布方获取；初步查看可用证据包内 verify/greengauge-verify.mjs，仅需 Node.js',
      ),
    ],
    RECOMPUTED,
    [
      bilingual('5. What it says', '5. 校验结论'),
      step(
        'the last paragraph begins with "Everything holds"; anything else is a reason to ask the plant',
        '末段以“全部成立”开头即为通过，否则请向工厂查询',
      ),
    ],
    [
      bilingual('6. This document', '6. 本文件'),
      step(
        'a PDF or workbook is the one that was frozen when it is byte by byte that in the folder report of the bundle',
        'PDF 或工作簿须与证据包 report 文件夹中的相应文件逐字节一致，方为冻结时的文件',
      ),
    ],
    instructionsRow(options),
  ]
  return [proofTable(plant.id, rows)]
}

/** The steps of before, which do not say where the program comes from and what it answers. */
export const loanProofFirst: ReportBlock = ({ options, plant }) => {
  const rows: readonly Row[] = [
    [
      bilingual('1. Ask for', '1. 索取'),
      step('the evidence bundle of this report, a .zip with its .zip.sig', '本报告的证据包：.zip 及 .zip.sig'),
    ],
    COMPARE,
    [
      bilingual('3. Check', '3. 校验'),
      step(
        'greengauge verify BUNDLE.zip --key FINGERPRINT, on any computer, without a network',
        'greengauge verify 证据包.zip --key 指纹（任意计算机，无需联网）',
      ),
    ],
    RECOMPUTED,
    instructionsRow(options),
  ]
  return [proofTable(plant.id, rows)]
}

type Row = readonly [Text, ReportCell]

function step(en: string, zh: string): ReportCell {
  return textCell(bilingual(en, zh))
}

const COMPARE: Row = [
  bilingual('2. Compare', '2. 核对'),
  step(
    'the fingerprint of the key on the first page with what the plant says by another way: by telephone or on paper',
    '首页的密钥指纹与工厂以其他途径（电话、纸质）提供的指纹',
  ),
]

const RECOMPUTED: Row = [
  bilingual('4. What it does', '4. 校验内容'),
  step(
    'it computes the energy of each day of the period again from readings, chooses the model again, and compares every figure; days of the baseline are signed as they were stated',
    '由读数重新计算报告期每日电量，重新选择模型，逐一比对全部数值；基准期各日为签名数据',
  ),
]

function instructionsRow({ report: { verify_url: address } }: PlantFacts['options']): Row {
  const where =
    address === undefined
      ? step(
          'HOW-TO-CHECK.md in the bundle; the setting report.verify_url names none on the web',
          '证据包内 HOW-TO-CHECK.md；未配置网上说明（report.verify_url）',
        )
      : textCell(same(address))
  return [bilingual('Instructions', '校验说明'), where]
}

function proofTable(plant: string, rows: readonly Row[]): ReportTable {
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
