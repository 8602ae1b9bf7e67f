import type { Finding, Report, Text } from '../../base/report.js'
import { RULES_EDITION, type RulesEdition } from '../../kpi/rules-edition.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { buildReport } from '../report/build.js'
import { CHECKS, checkDocument } from '../report/checks/all.js'
import { inEarlierWords } from '../report/earlier-words.js'
import { BundleSources, type VerifiedBasis } from './bundle-sources.js'
import { comparison } from './compare.js'
import { bounded, holds, LISTED_MAX } from './findings.js'

/**
 * Builds the report again from the readings of the bundle and compares the two. What no reading gives, as it is of before
 * the readings or of what was never archived, is taken as stated, and said to be.
 *
 * @param onProgress told how far it is, 0..1
 */
export async function* checkRebuilt(
  bundle: BundleReader,
  report: Report,
  ground: VerifiedBasis,
  onProgress: (part: number) => void,
): AsyncGenerator<Finding> {
  let done = 0
  const runs = 3 * report.plants.length
  const sources = new BundleSources(bundle, report, ground, (_, all) => {
    done += 1 / all
    onProgress(Math.min(1, done / runs))
  })
  const { profile, form = 1, version, previous, period, period_before: periodBefore } = report
  const plants = report.plants.map(({ id }) => id)
  const { code, archive } = report.basis
  const rebuilt = await buildReport({ plants, profile, form, ...period, version, previous, periodBefore }, sources, {
    code,
    archive,
    edition: ground.edition,
  })
  yield* inEitherWords(report, rebuilt)
  yield holds('edition', '', editionText(ground.edition))
  yield* documentFindings(report)
  yield holds('stated', '', {
    en: 'stated by the gateway and signed, but not computed again, as nothing in the bundle gives it: how many elements were rejected, hours of stacks before the period, when each series began, which windows without a value there are, what the plant imported on days outside the period that its contracts are matched with, the days before the period that savings are claimed against, and the comparison with the version before; PDF, XLSX and CSV of the report are not read: report.json is what was computed again',
    zh: '由网关声明并签名、但因证据包中无从推出而未重新计算的内容：被拒收的条数、报告期之前的排气筒小时数据、各数据序列的起始时间、存在哪些无数值的时段、合同匹配所涉报告期之外各日的外购电量、节能量所依据的报告期之前的日数据，以及与上一版本的比较；报告的 PDF、XLSX 和 CSV 的内容未予读取，重新计算的是 report.json',
  })
}

/** Compares with the words of today and, where they differ, with those of before; the nearer one is what the report follows. */
function inEitherWords(report: Report, rebuilt: Report): readonly Finding[] {
  const today = comparison(report, rebuilt)
  if (today.every(({ ok }) => ok)) return today
  const before = comparison(report, inEarlierWords(rebuilt))
  return before.length <= today.length ? before : today
}

/** Finds what cannot be so whatever the formulas are: the document is looked at by itself. */
function documentFindings(report: Report): readonly Finding[] {
  const findings = checkDocument(report)
  const wrong = findings.filter(({ ok }) => !ok)
  const told = findings.filter(({ ok }) => ok).slice(0, LISTED_MAX)
  if (wrong.length > 0) return [...told, ...bounded('check', wrong)]
  return [
    ...told,
    holds('check', '', {
      en: `the parts of the report agree with each other: ${CHECKS.length} kinds of bounds and identities, by the document alone`,
      zh: `报告各部分相互一致：仅凭报告文本核对了 ${CHECKS.length} 类界限与恒等关系`,
    }),
  ]
}

function editionText(edition: RulesEdition): Text {
  if (edition === RULES_EDITION) {
    return {
      en: `checked by the calculation rules of edition ${edition}, the newest`,
      zh: `按第 ${edition} 版（最新）计算规则核对`,
    }
  }
  return {
    en: `checked by the calculation rules of edition ${edition}, those of the report's own version; today's edition is ${RULES_EDITION}`,
    zh: `按报告自身所用的第 ${edition} 版计算规则核对；现行为第 ${RULES_EDITION} 版`,
  }
}
