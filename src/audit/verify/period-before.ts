import { hash } from 'node:crypto'
import type { EarlierReport, Finding, PeriodBefore, Report } from '../../base/report.js'
import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { NAMES } from '../bundle/format.js'
import { canonicalJson } from '../canonical.js'
import { earlierReport, periodBefore } from '../report/period-before.js'
import { reportId } from '../report/request.js'
import { bounded, fails, holds } from './findings.js'
import type { Sealed } from './sealed.js'
import { reportOf } from './stated-report.js'

/**
 * Checks what the report says of the period before: that it is the one before, that the ledger froze that very report last, and that its
 * figures are those of its document, which lies in the bundle. A report of before comparisons were made says nothing.
 */
export async function* checkPeriodBefore(
  bundle: BundleReader,
  report: Report,
  { reports }: Pick<Sealed, 'reports'>,
): AsyncGenerator<Finding> {
  const said = report.period_before
  if (said === undefined) return
  const period = periodBefore(report.period)
  const id = reportId({ plants: report.plants.map((plant) => plant.id), profile: report.profile, ...period })
  if (said.id !== id || said.period.from !== period.from || said.period.to !== period.to) {
    yield fails('period_before', said.id, {
      en: `the report is compared with ${said.id}; the report of the period before is ${id}`,
      zh: `报告与 ${said.id} 作比较，而上一报告期的报告应为 ${id}`,
    })
    return
  }
  const sealed = reports.get(id)
  if (said.report === null) {
    yield noneSaid(said, sealed?.number ?? null)
    return
  }
  const { version, sha256, entry } = said.report
  if (sealed === undefined || sealed.hash !== entry || sealed.sha256 !== sha256 || sealed.version !== version) {
    yield fails('period_before', id, {
      en: `the report names ${id} version ${version} with SHA-256 ${sha256}, frozen by the entry ${entry}; ${sealed === undefined ? 'the ledger has no such freeze' : `the last freeze of it in the ledger is entry ${sealed.number}: version ${sealed.version}, SHA-256 ${sealed.sha256}, hash ${sealed.hash}`}`,
      zh: `报告所指为 ${id} 第 ${version} 版，SHA-256 ${sha256}，冻结条目 ${entry}；${sealed === undefined ? '账本中没有该冻结记录' : `而账本中其最近一次冻结为第 ${sealed.number} 条：第 ${sealed.version} 版，SHA-256 ${sealed.sha256}，哈希 ${sealed.hash}`}`,
    })
    return
  }
  yield* checkStated(bundle, { id, report: said.report, number: sealed.number })
}

function noneSaid({ id, reason }: PeriodBefore, number: number | null): Finding {
  if (number === null) {
    return holds('period_before', id, {
      en: `there is nothing to compare the report with: up to its freeze the ledger has no freeze of ${id}`,
      zh: `无可比较的上一报告期：截至本报告冻结，账本中没有 ${id} 的冻结记录`,
    })
  }
  if (reason === 'unreadable') {
    return holds('stated', id, {
      en: `stated and not checked: the report is compared with nothing, as the files of ${id}, which entry ${number} of the ledger froze, could not be read when it was made`,
      zh: `仅为声明，未核对：账本第 ${number} 条冻结了 ${id}，但生成本报告时无法读取其文件，故未作比较`,
    })
  }
  return fails('period_before', id, {
    en: `the report says that no report of the period before was frozen, and entry ${number} of the ledger froze ${id}`,
    zh: `报告称上一报告期没有已冻结的报告，而账本第 ${number} 条冻结了 ${id}`,
  })
}

interface Stated {
  readonly id: string
  readonly report: EarlierReport
  /** Number of the ledger entry that froze it. */
  readonly number: number
}

async function* checkStated(bundle: BundleReader, { id, report, number }: Stated): AsyncGenerator<Finding> {
  const name = NAMES.periodBefore
  if (!bundle.files.has(name)) {
    yield fails('missing', name, {
      en: `${name} is missing: nothing shows that the figures of the period before are those that were frozen`,
      zh: `缺少 ${name}：无法证明上一报告期的数值与冻结时一致`,
    })
    return
  }
  const bytes = await bytesOf(bundle, name)
  const earlier = hash('sha256', bytes, 'hex') === report.sha256 ? reportOf(bytes) : null
  if (earlier === null || 'en' in earlier) {
    yield fails('period_before', name, {
      en: `${name} is not the report that entry ${number} of the ledger froze`,
      zh: `${name} 不是账本第 ${number} 条所冻结的报告`,
    })
    return
  }
  const wrong = differences(report, earlierReport(earlier, report))
  yield* bounded('period_before', wrong)
  if (wrong.length > 0) return
  yield holds('period_before', id, {
    en: `the ${Object.keys(report.figures).length} figures of the period before are those of ${id}, version ${report.version}, as entry ${number} of the ledger froze it; they are stated, and not computed again here: whether they follow from readings, only the bundle of that report shows (--before)`,
    zh: `上一报告期的 ${Object.keys(report.figures).length} 个数值与账本第 ${number} 条冻结的 ${id} 第 ${report.version} 版一致；这些数值为引用，在此未重新计算：能否由读数推出，须用该报告的证据包核对（--before）`,
  })
}

/** Statements about an earlier report that differ from its own. */
function differences(says: EarlierReport, has: EarlierReport): readonly Finding[] {
  const found = [...new Set([...Object.keys(says.figures), ...Object.keys(has.figures)])].sort().flatMap((id) => {
    const [stated, own] = [says, has].map(({ figures }) => (Object.hasOwn(figures, id) ? figures[id] : undefined))
    if (canonicalJson(stated ?? null) === canonicalJson(own ?? null)) return []
    const [a, b] = [stated, own].map((one) => (one === undefined ? '–' : `${one.value ?? one.reason} ${one.unit}`))
    return fails('period_before', id, {
      en: `figure ${id} of the period before: this report states ${a}, the report that was frozen has ${b}${a === b ? ', and what is said of it differs' : ''}`,
      zh: `上一报告期的数值 ${id}：本报告引用为 ${a}，冻结的报告为 ${b}${a === b ? '，但其说明不符' : ''}`,
    })
  })
  if (found.length > 0 || (says.version === has.version && says.rules === has.rules)) return found
  return [
    fails('period_before', '', {
      en: `the report of the period before is version ${has.version} by the rules of edition ${has.rules}; this report states version ${says.version}, edition ${says.rules}`,
      zh: `上一报告期的报告为第 ${has.version} 版、第 ${has.rules} 版计算规则；本报告引用为第 ${says.version} 版、第 ${says.rules} 版规则`,
    }),
  ]
}
