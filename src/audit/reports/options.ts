import { Cron } from 'croner'
import { z } from 'zod'
import { REPORT_PROFILES } from '../../base/report.js'
import { isId } from '../../base/topic.js'
import { REPORT_LANGUAGES } from '../render/language.js'

export const SCHEDULE_PERIODS = ['day', 'month', 'quarter', 'year'] as const
/** The last one of the plant's zone that is over when the schedule comes due. */
export type SchedulePeriod = (typeof SCHEDULE_PERIODS)[number]

const languages = z.array(z.enum(REPORT_LANGUAGES)).min(1).max(3)

const schedule = z.strictObject({
  plants: z
    .array(z.string().refine(isId, 'a plant id, [a-z0-9][a-z0-9_-]{0,63}'))
    .min(1)
    .max(16)
    .describe('plants of one report'),
  profile: z.enum(REPORT_PROFILES).default('ghg').describe('form of the report'),
  period: z.enum(SCHEDULE_PERIODS).default('month').describe('period of the report: the last that is over'),
  cron: z
    .string()
    .refine(isPattern, 'five fields of cron, such as "0 6 3 * *": minute, hour, day, month, day of the week')
    .describe('when it is made, five fields of cron in the zone of its first plant'),
  freeze: z.boolean().default(false).describe('freezes it; otherwise a draft is made'),
  by: z.string().min(1).max(64).default('schedule').describe('who freezes it, by name'),
  languages: languages
    .optional()
    .describe('languages of what is rendered: en, zh, both; those of `reports.languages` when absent'),
})

/** Reports that are made by themselves, and when a changed one has to be issued again: config section `reports`. */
export const reportsOptions = z.strictObject({
  languages: languages.default(['en', 'zh']).describe('languages a frozen report is rendered in: en, zh, both'),
  threshold_pct: z
    .number()
    .min(0)
    .max(100)
    .default(5)
    .describe('change of a total, in percent, above which a frozen report has to be issued again'),
  schedules: z.array(schedule).max(64).default([]).describe('reports that are made by themselves'),
})

export type ReportsOptions = z.output<typeof reportsOptions>
export type ScheduleOptions = ReportsOptions['schedules'][number]

function isPattern(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false
  try {
    new Cron(text, { paused: true }).stop()
    return true
  } catch {
    return false
  }
}
