import type { ReportTable, Text } from '../../../base/report.js'
import type { ReportBlock } from '../blocks/block.js'
import type { PlantFacts } from '../facts.js'
import { bilingual, pairs, same, textCell } from '../words.js'

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
