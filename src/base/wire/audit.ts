import { z } from 'zod'
import { KPI_FLAG_LIST, type KpiFlag } from '../flags.js'
import { SCOPES } from '../kpi.js'
import {
  type AuditJob,
  type Finding,
  type LineageFormula,
  REPORT_PROFILES,
  REPORT_STATUSES,
  type ReportFactor,
  type ReportFigure,
  type ReportItem,
  type Text,
} from '../report.js'
import { entryAnswer } from './entries.js'
import { count, instantField, nullReasons } from './fields.js'
import { kpiPoint } from './points.js'
import { wire } from './wire.js'

/** Reports, the work on them and the ledger. A report's own types are the audit's; the compiler holds the schemas to them. */

const sha256 = z.string().describe('SHA-256, hex')
const day = z.string().describe('a day of the plant, 2026-10-01')
const text: z.ZodType<Text> = z.object({ en: z.string(), zh: z.string() })

export const reportAnswer: z.ZodType<ReportItem> = z
  .object({
    id: z.string(),
    version: count,
    profile: z.enum(REPORT_PROFILES),
    plants: z.array(z.string()),
    from: day,
    to: day.describe('itself not included'),
    status: z.enum(REPORT_STATUSES),
    created_at: instantField,
    frozen_at: instantField.nullable(),
    frozen_by: z.string().nullable(),
    verified_at: instantField.nullable(),
    verified_by: z.string().nullable(),
    sha256: sha256.describe('SHA-256 of its canonical JSON, hex'),
    outdated: z.boolean().describe('what came later would change it: the draft of the next version says how'),
    must_reissue: z.boolean().describe('the change is above the threshold'),
    has_bundle: z.boolean().describe('the evidence bundle has been made'),
  })
  .meta({ id: 'Report' })

export const reportsAnswer = wire(
  z.object({
    /** Newest first. */
    items: z.array(reportAnswer),
    next: z.string().nullable().describe('cursor of the next page; null at the end'),
  }),
)
export type ReportsAnswer = z.infer<typeof reportsAnswer>

const finding: z.ZodType<Finding> = z
  .object({
    ok: z.boolean(),
    code: z.string(),
    subject: z.string().describe('the file, reading, figure, entry or signature it is about'),
    text,
  })
  .meta({ id: 'Finding' })

export const auditJobAnswer: z.ZodType<AuditJob> = z
  .object({
    id: z.string(),
    what: z.enum(['report', 'freeze', 'bundle', 'check', 'ledger_check']),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    progress: z.number().describe('0..1'),
    detail: text.describe('the step it is at, what came of it, or why it failed'),
    report: z.object({ id: z.string(), version: count }).nullable(),
    findings: z.array(finding),
  })
  .meta({ id: 'AuditJob' })

export const auditJobsAnswer = wire(
  z.object({
    /** Newest first. */
    items: z.array(auditJobAnswer),
  }),
)
export type AuditJobsAnswer = z.infer<typeof auditJobsAnswer>

const figure: z.ZodType<ReportFigure> = z
  .object({
    name: text,
    value: z.string().nullable().describe('exact decimal; null where it is not known'),
    unit: z.string(),
    reason: z.enum(['', 'not_configured', ...nullReasons]),
    coverage: z.number().nullable(),
    estimated_share: z.number().nullable(),
    flags: z.array(z.enum(KPI_FLAG_LIST as readonly [KpiFlag, ...KpiFlag[]])),
    factors: z.array(z.string()),
    data_from: z.string().optional().describe('when its data begin; absent where that is not within the period'),
    made: z.discriminatedUnion('by', [
      z.object({
        by: z.literal('days'),
        kpi: z.string(),
        plant: z.string(),
        scope: z.enum(SCOPES),
        id: z.string(),
        of: z.enum(['value', 'numerator', 'denominator', 'highest']),
        days: count,
      }),
      z.object({
        by: z.literal('hours'),
        kpi: z.string(),
        plant: z.string(),
        scope: z.enum(SCOPES),
        id: z.string(),
        from: z.string(),
        to: z.string(),
        hours: count,
      }),
      z.object({ by: z.literal('sum'), of: z.array(z.string()), less: z.array(z.string()).optional() }),
      z.object({ by: z.literal('quotient'), of: z.tuple([z.string(), z.string()]), times: z.number() }),
      z.object({ by: z.literal('count'), of: z.string() }),
      z.object({ by: z.literal('rule'), formula: z.string(), of: z.array(z.string()) }),
      z.object({ by: z.literal('statement'), source: z.string() }),
    ]),
  })
  .meta({ id: 'ReportFigure' }) as z.ZodType<ReportFigure>

const lineageFormula: z.ZodType<LineageFormula> = z.object({
  id: z.string(),
  name: text,
  formula: z.string(),
  source: z.string(),
  confidence: z.string(),
  formula_zh: z.string().optional().describe('the same in Chinese'),
  source_zh: z.string().optional(),
})

const factor: z.ZodType<ReportFactor> = z.object({
  id: z.string(),
  value: z.string(),
  unit: z.string(),
  source: z.string(),
  year: z.string(),
  region: z.string(),
  valid_from: z.string(),
  valid_to: z.string(),
  published: z.string(),
  param_source: z.string(),
  confidence: z.string(),
})

const lineageReading = wire(
  z.object({
    ts: instantField,
    value: z.union([z.number(), z.string()]),
    quality: z.string(),
    seq: z.number().nullable(),
  }),
)
export type LineageReading = z.infer<typeof lineageReading>

const lineageSeries = wire(
  z.object({
    plant: z.string(),
    device: z.string(),
    metric: z.string(),
    unit: z.string(),
    count,
    /** Readings that were due by the nominal period of the metric and did not come. */
    missing: count,
    /** The last before and the first after the beginning, and the same at the end: between these a register is interpolated. */
    around_start: z.array(lineageReading),
    around_end: z.array(lineageReading),
  }),
)
export type LineageSeries = z.infer<typeof lineageSeries>

export const lineageAnswer = wire(
  z.object({
    report: z.object({ id: z.string(), version: count, status: z.enum(REPORT_STATUSES) }),
    id: z.string(),
    figure,
    formula: lineageFormula.nullable(),
    inputs: z.record(z.string(), figure).describe('the figures it is made of, by id'),
    factors: z.array(factor),
    /** Empty where it is made of other figures. */
    days: z.array(kpiPoint).describe('the days that were added up'),
    /** The series of readings below those days. */
    readings: z.array(lineageSeries),
    /** At most 100. */
    entries: z
      .array(entryAnswer)
      .optional()
      .describe('what was put on record of the period that it is made of, each with its origin'),
    proof: z.object({
      days: count.describe('days of readings behind it'),
      sealed: count.describe('how many of them are in the ledger'),
      entry: z.string().nullable().describe('hash of the entry of the freeze; null for a draft'),
    }),
  }),
)
/** The way from a figure down to what it rests on. */
export type LineageAnswer = z.infer<typeof lineageAnswer>

const ledgerItem = wire(
  z.object({
    number: count,
    at: instantField,
    /** The same as `body.kind` of the entry. */
    kind: z.string(),
    /** Subject of the entry: a plant and day, a report and version, a segment, … */
    subject: z.string(),
    hash: sha256,
  }),
)
/** One entry of the ledger, as lists show it. */
export type LedgerItem = z.infer<typeof ledgerItem>

export const ledgerAnswer = wire(
  z.object({
    head: z.object({ number: count, hash: sha256, at: instantField }).nullable().describe('the newest entry'),
    fingerprint: z.string().describe('of the public key, in groups of four hex digits'),
    entries: z.record(z.string(), count).describe('how many there are, by kind'),
    newest: z.array(ledgerItem).describe('newest first'),
    trouble: z.string().describe("why nothing can be added, '' when it can"),
  }),
)
export type LedgerAnswer = z.infer<typeof ledgerAnswer>
