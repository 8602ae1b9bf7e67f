import { z } from 'zod'
import type { AuditJobsAnswer, LedgerAnswer } from '../base/audit.js'
import { KPI_FLAG_LIST, type KpiFlag } from '../base/flags.js'
import { SCOPES } from '../base/kpi.js'
import { NULL_REASONS, type NullReason } from '../base/reasons.js'
import {
  type AuditJob,
  type Finding,
  type LineageAnswer,
  type LineageFormula,
  REPORT_PROFILES,
  REPORT_STATUSES,
  type ReportFactor,
  type ReportFigure,
  type ReportItem,
  type ReportsAnswer,
  type Text,
} from '../base/report.js'
import { kpiPoint } from './answers.js'
import { entryAnswer } from './entries.js'

/** Answers of the routes for reports, their work and the ledger, proved against `base/report.ts` and `base/audit.ts`. */

const instant = z.iso.datetime().describe('RFC 3339, UTC')
const count = z.number().int().min(0)
const sha256 = z.string().describe('SHA-256, hex')
const day = z.string().describe('a day of the plant, 2026-10-01')
const text: z.ZodType<Text> = z.object({ en: z.string(), zh: z.string() })
const nullReasons = Object.keys(NULL_REASONS) as NullReason[]

export const reportAnswer: z.ZodType<ReportItem> = z
  .object({
    id: z.string(),
    version: count,
    profile: z.enum(REPORT_PROFILES),
    plants: z.array(z.string()),
    from: day,
    to: day.describe('itself not included'),
    status: z.enum(REPORT_STATUSES),
    created_at: instant,
    frozen_at: instant.nullable(),
    frozen_by: z.string().nullable(),
    verified_at: instant.nullable(),
    verified_by: z.string().nullable(),
    sha256: sha256.describe('SHA-256 of its canonical JSON, hex'),
    outdated: z.boolean().describe('what came later would change it: the draft of the next version says how'),
    must_reissue: z.boolean().describe('the change is above the threshold'),
    has_bundle: z.boolean().describe('the evidence bundle has been made'),
  })
  .meta({ id: 'Report' })

export const reportsAnswer: z.ZodType<ReportsAnswer> = z.object({
  items: z.array(reportAnswer),
  next: z.string().nullable().describe('cursor of the next page; null at the end'),
})

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

export const auditJobsAnswer: z.ZodType<AuditJobsAnswer> = z.object({ items: z.array(auditJobAnswer) })

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

const reading = z.object({
  ts: instant,
  value: z.union([z.number(), z.string()]),
  quality: z.string(),
  seq: z.number().nullable(),
})

export const lineageAnswer: z.ZodType<LineageAnswer> = z.object({
  report: z.object({ id: z.string(), version: count, status: z.enum(REPORT_STATUSES) }),
  id: z.string(),
  figure,
  formula: lineageFormula.nullable(),
  inputs: z.record(z.string(), figure).describe('the figures it is made of, by id'),
  factors: z.array(factor),
  days: z.array(kpiPoint).describe('the days that were added up'),
  readings: z.array(
    z.object({
      plant: z.string(),
      device: z.string(),
      metric: z.string(),
      unit: z.string(),
      count,
      missing: count,
      around_start: z.array(reading),
      around_end: z.array(reading),
    }),
  ),
  entries: z
    .array(entryAnswer)
    .optional()
    .describe('what was put on record of the period that it is made of, each with its origin'),
  proof: z.object({
    days: count.describe('days of readings behind it'),
    sealed: count.describe('how many of them are in the ledger'),
    entry: z.string().nullable().describe('hash of the entry of the freeze; null for a draft'),
  }),
})

export const ledgerAnswer: z.ZodType<LedgerAnswer> = z.object({
  head: z.object({ number: count, hash: sha256, at: instant }).nullable().describe('the newest entry'),
  fingerprint: z.string().describe('of the public key, in groups of four hex digits'),
  entries: z.record(z.string(), count).describe('how many there are, by kind'),
  newest: z
    .array(z.object({ number: count, at: instant, kind: z.string(), subject: z.string(), hash: sha256 }))
    .describe('newest first'),
  trouble: z.string().describe("why nothing can be added, '' when it can"),
})
