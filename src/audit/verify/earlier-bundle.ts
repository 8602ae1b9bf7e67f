import { basename } from 'node:path'
import type { EarlierReport, Finding, Report } from '../../base/report.js'
import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { manifestShape, NAMES } from '../bundle/format.js'
import { parsedJson } from './evidence.js'
import { fails, holds } from './findings.js'
import { withBundle } from './with-bundle.js'

/** The bundle of the period before, and how a bundle is checked by itself. */
export interface EarlierBundle {
  readonly path: string
  check(bundle: BundleReader): AsyncIterable<Finding>
}

/**
 * Checks that another bundle is that of the period before, and holds by itself: then the earlier figures follow from its
 * readings. What does not hold in it is told under its name.
 */
export async function* checkEarlierBundle(
  { period_before: said }: Pick<Report, 'period_before'>,
  { path, check }: EarlierBundle,
): AsyncGenerator<Finding> {
  const name = basename(path)
  if (said === undefined || said.report === null) {
    yield fails('period_before', name, {
      en: `${name} was not looked at: the report is compared with no report of a period before`,
      zh: `${name} 未予核对：本报告未与上一报告期的报告作比较`,
    })
    return
  }
  const { id, report } = said
  yield* withBundle(path, (bundle) => checkOpened(bundle, { name, id, report }, check))
}

/** The bundle that a report says it is compared with; `name` is that of the file that was given. */
interface Expected {
  readonly name: string
  readonly id: string
  readonly report: EarlierReport
}

async function* checkOpened(
  bundle: BundleReader,
  { name, id, report }: Expected,
  check: EarlierBundle['check'],
): AsyncGenerator<Finding> {
  if (!(await isOf(bundle, report))) {
    yield fails('period_before', name, {
      en: `${name} is not the bundle of ${id} version ${report.version} out of the same ledger, which the report is compared with`,
      zh: `${name} 不是本报告所比较的、出自同一账本的 ${id} 第 ${report.version} 版的证据包`,
    })
    return
  }
  let [checks, wrong] = [0, 0]
  for await (const finding of check(bundle)) {
    checks += 1
    if (finding.ok) continue
    wrong += 1
    const { en, zh } = finding.text
    yield { ...finding, subject: `${name}: ${finding.subject}`, text: { en: `${name}: ${en}`, zh: `${name}：${zh}` } }
  }
  if (wrong > 0) return
  yield holds('period_before', name, {
    en: `${name} is the bundle of the period before and holds by itself (${checks} findings): the earlier figures follow from its readings`,
    zh: `${name} 是上一报告期的证据包，且自身成立（${checks} 项）：上一报告期的数值可由其读数推出`,
  })
}

/** Reads the bundle by its list of files, which the check compares with all the rest; its ledger ends with the freeze. */
async function isOf(bundle: BundleReader, { sha256, entry }: EarlierReport): Promise<boolean> {
  if (!bundle.files.has(NAMES.manifest)) return false
  const { data } = manifestShape.safeParse(parsedJson((await bytesOf(bundle, NAMES.manifest)).toString('utf8')))
  return data?.report.sha256 === sha256 && data.ledger.head === entry
}
