import type { Finding, Report, Text } from '../../base/report.js'
import { RULES_EDITION, rulesEditionOf } from '../../kpi/rules-edition.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { BundleFault, shownFileName } from '../bundle/fault.js'
import { formOf } from '../report/profiles/index.js'
import { checkConfigurations, checkFactors } from './configurations.js'
import { checkDays } from './days.js'
import { checkEarlierBundle } from './earlier-bundle.js'
import { fails } from './findings.js'
import { checkFrozenFiles } from './frozen-files.js'
import { checkFiles, checkManifest, type VerifiedManifest } from './manifest.js'
import { checkPeriodBefore } from './period-before.js'
import { checkRebuilt } from './rebuilt.js'
import { checkLedger, type Sealed } from './sealed.js'
import { checkReport, daySpansOf } from './stated-report.js'
import { checkZipSignature } from './zip-signature.js'

export interface VerifyOptions {
  /** Fingerprint of the key that everything has to be signed with; absent when there is none to compare with. */
  readonly key?: string
  /** Path of the bundle of the period before, which the figures that are stated of it are checked with. */
  readonly before?: string
  /** Told how far it is, 0..1, and what it is at. */
  onProgress?(part: number, step: Text): void
}

/**
 * Checks a bundle from the outside to the inside: its files and their signatures, the ledger, the days of readings that the
 * ledger seals, configurations and factors, and at last every figure, computed again from the readings. Goes on behind
 * what does not hold as far as that is possible, so that what was altered is named and not only noticed.
 */
export async function* verifyBundle(bundle: BundleReader, options: VerifyOptions = {}): AsyncGenerator<Finding> {
  yield* bundle.refused
  const manifest = yield* guarded('manifest', bundle.path, checkManifest(bundle), null)
  if (manifest === null) return
  yield* guarded('zip_signature', bundle.path, checkZipSignature(bundle, manifest), undefined)
  yield* guarded('file', '', checkFiles(bundle, manifest, fileProgress(manifest, options)), undefined)
  const report = yield* guarded('report', 'report/report.json', checkReport(bundle, manifest), null)
  const spans = report === null ? new Map() : daySpansOf(report)
  const sealed = yield* guarded('ledger', 'ledger', checkLedger(bundle, manifest, spans, options.key), null)
  if (sealed === null) return
  const { days, files } = sealed
  yield* guarded('frozen_file', '', checkFrozenFiles(bundle, manifest, files), undefined)
  let done = 0
  const onDay = () => {
    done += 1
    options.onProgress?.(0.2 + (0.2 * done) / days.length, STEPS.days)
  }
  yield* guarded('day', '', checkDays(bundle, manifest, days, onDay), undefined)
  if (report === null) return
  yield* checkFigures(bundle, report, sealed, options)
  yield* guarded('period_before', '', checkPeriodBefore(bundle, report, sealed), undefined)
  if (options.before === undefined) return
  const own = options.key === undefined ? {} : { key: options.key }
  const earlier = { path: options.before, check: (other: BundleReader) => verifyBundle(other, own) }
  yield* guarded('period_before', options.before, checkEarlierBundle(report, earlier), undefined)
}

async function* checkFigures(
  bundle: BundleReader,
  report: Report,
  sealed: Sealed,
  { onProgress }: VerifyOptions,
): AsyncGenerator<Finding> {
  const edition = rulesEditionOf(report.basis.rules)
  if (edition === null) {
    yield fails('edition', '', newerEdition(report.basis.rules))
    return
  }
  if (formOf(report.profile, report.form ?? 1) === null) {
    yield fails('form', '', newerForm(report))
    return
  }
  const versions = yield* guarded('configuration', '', checkConfigurations(bundle, report.plants, sealed), null)
  const library = yield* guarded('factors', '', checkFactors(bundle, report.basis.factors_sha256, sealed), null)
  if (versions === null || library === null) {
    yield fails('figure', '', {
      en: 'the figures could not be computed again, as what they are computed with cannot be used',
      zh: '计算所需的内容无法使用，数值未能重新计算',
    })
    return
  }
  const progress = (part: number) => onProgress?.(0.4 + 0.6 * part, STEPS.figures)
  yield* guarded(
    'figure',
    '',
    checkRebuilt(bundle, report, { versions, library, days: sealed.days, edition }, progress),
    undefined,
  )
}

function newerForm({ profile, form = 1 }: Report): Text {
  return {
    en: `the report is of edition ${form} of the form ${profile}, which this program does not know: nothing of its figures was checked. Check it with a newer version of the program, or with verify/greengauge-verify.mjs of the bundle`,
    zh: `报告采用 ${profile} 形式的第 ${form} 版，本程序不支持，数值均未核对。请使用更新版本的程序，或证据包内的 verify/greengauge-verify.mjs`,
  }
}

function newerEdition(stated = 1): Text {
  return {
    en: `the report follows the calculation rules of edition ${stated}, and this program knows editions up to ${RULES_EDITION}: nothing of its figures was checked. Check it with a newer version of the program, or with verify/greengauge-verify.mjs of the bundle`,
    zh: `报告采用第 ${stated} 版计算规则，本程序只支持到第 ${RULES_EDITION} 版，数值均未核对。请使用更新版本的程序，或证据包内的 verify/greengauge-verify.mjs`,
  }
}

const STEPS = {
  files: { en: 'files', zh: '文件' },
  days: { en: 'days of readings', zh: '逐日读数' },
  figures: { en: 'figures', zh: '数值' },
} satisfies Record<string, Text>

function fileProgress(manifest: VerifiedManifest, { onProgress }: VerifyOptions): (bytes: number) => void {
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 1)
  let done = 0
  return (bytes) => {
    done += bytes
    onProgress?.((0.2 * done) / total, STEPS.files)
  }
}

/**
 * One check, whatever its evidence is made of: what somebody has altered may break any program that reads it, and then it
 * is the evidence that is at fault. A disk that cannot be read is not.
 */
async function* guarded<T>(
  code: string,
  subject: string,
  check: AsyncGenerator<Finding, T>,
  otherwise: T,
): AsyncGenerator<Finding, T> {
  try {
    return yield* check
  } catch (error) {
    if (error instanceof BundleFault) {
      yield error.finding
      return otherwise
    }
    const why = shownFileName(error instanceof Error ? error.message : String(error))
    yield fails(code, subject, {
      en: `this could not be checked to its end (${why}): the evidence is not as it was made`,
      zh: `此项检查无法完成（${why}）：证据与生成时不一致`,
    })
    return otherwise
  }
}
