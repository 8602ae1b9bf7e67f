import { hash } from 'node:crypto'
import { z } from 'zod'
import { type Finding, REPORT_PROFILES, type Report } from '../../base/report.js'
import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { NAMES } from '../bundle/format.js'
import { canonicalJson } from '../canonical.js'
import { parsedJson } from './evidence.js'
import { fails } from './findings.js'
import type { VerifiedManifest } from './manifest.js'
import type { DaySpans } from './sealed.js'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const period = z.looseObject({ from: z.iso.date(), to: z.iso.date() })
const decimal = z.string().regex(/^-?\d{1,200}(\.\d{1,200})?$/)

/** The statements of a report about the period before. */
const beforeShape = z.strictObject({
  id: z.string().max(200),
  period,
  reason: z.enum(['', 'not_frozen', 'unreadable']),
  report: z
    .strictObject({
      version: z.number().int().positive(),
      rules: z.number().int().positive(),
      sha256,
      entry: sha256,
      figures: z.record(
        z.string(),
        z.looseObject({
          value: decimal.nullable(),
          unit: z.string(),
          reason: z.string(),
          coverage: z.number().nullable(),
          estimated_share: z.number().nullable(),
          flags: z.array(z.string()),
        }),
      ),
    })
    .nullable(),
})

/** The part of a report that everything else relies on; the rest is compared with the report that the evidence gives. */
const reportShape = z.looseObject({
  format: z.literal('greengauge-report-1'),
  id: z.string(),
  version: z.number().int().positive(),
  profile: z.enum(REPORT_PROFILES),
  form: z.number().int().positive().optional(),
  period,
  plants: z
    .array(z.looseObject({ id: z.string(), timezone: z.string(), start: z.iso.datetime(), end: z.iso.datetime() }))
    .min(1),
  basis: z.looseObject({
    rules: z.number().int().positive().optional(),
    factors_sha256: z.string(),
    archive: z.looseObject({ position: z.number(), now: z.iso.datetime() }),
  }),
  sections: z.array(
    z.looseObject({
      id: z.string(),
      tables: z.array(z.looseObject({ id: z.string(), rows: z.array(z.looseObject({ cells: z.array(z.unknown()) })) })),
    }),
  ),
  figures: z.record(z.string(), z.looseObject({ value: z.string().nullable(), unit: z.string(), reason: z.string() })),
  formulas: z.array(z.unknown()),
  factors: z.array(z.unknown()),
  period_before: beforeShape.optional(),
})

/** The report out of its bytes, or why they are none. */
export function reportOf(bytes: Buffer): Report | { readonly en: string; readonly zh: string } {
  const text = bytes.toString('utf8')
  const json = parsedJson(text)
  if (json === undefined) return { en: 'it is no JSON', zh: '它不是 JSON' }
  const { error } = reportShape.safeParse(json)
  if (error !== undefined) {
    const where = error.issues[0]?.path.join('.') ?? ''
    return { en: `it does not have the form of a report (${where})`, zh: `它不具备报告的格式（${where}）` }
  }
  if (canonicalOf(json) !== text || !Buffer.from(text).equals(bytes)) {
    return {
      en: 'it is not canonical JSON: it was written or altered by something else',
      zh: '它不是规范 JSON：由其他程序写出或被改动',
    }
  }
  return json as Report
}

/** null where it is nested deeper than anything can be written. */
function canonicalOf(json: unknown): string | null {
  try {
    return canonicalJson(json) ?? null
  } catch {
    return null
  }
}

/** The report of a bundle; null after saying why it cannot be used. */
export async function* checkReport(
  bundle: BundleReader,
  manifest: VerifiedManifest,
): AsyncGenerator<Finding, Report | null> {
  if (!bundle.files.has(NAMES.report)) {
    yield fails('missing', NAMES.report, {
      en: `${NAMES.report} is missing: there is no report to be checked`,
      zh: `缺少 ${NAMES.report}：没有可供检查的报告`,
    })
    return null
  }
  const bytes = await bytesOf(bundle, NAMES.report)
  if (hash('sha256', bytes, 'hex') !== manifest.report.sha256) {
    yield fails('report', NAMES.report, {
      en: `${NAMES.report} is not the report that the list of files is about`,
      zh: `${NAMES.report} 不是文件清单所指的报告`,
    })
  }
  const report = reportOf(bytes)
  if (!('en' in report)) return report
  yield fails('report', NAMES.report, {
    en: `${NAMES.report} cannot be used: ${report.en}`,
    zh: `${NAMES.report} 无法使用：${report.zh}`,
  })
  return null
}

/** The days of UTC that the period of each plant has a part of. */
export function daySpansOf({ plants }: Report): DaySpans {
  return new Map(
    plants.map(({ id, start, end }) => {
      const last = new Date(Date.parse(end) - 1).toISOString().slice(0, 10)
      return [id, { first: start.slice(0, 10), last }]
    }),
  )
}
