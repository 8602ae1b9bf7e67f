import { Cron } from 'croner'
import { z } from 'zod'
import { SCOPES, WINDOWS } from '../../base/kpi.js'
import { mailAddress } from '../../base/mail-address.js'
import { REPORT_PROFILES } from '../../base/report.js'
import { isId } from '../../base/topic.js'
import { REPORT_LANGUAGES } from '../render/language.js'

export const SCHEDULE_PERIODS = ['day', 'month', 'quarter', 'year'] as const
/** The last one of the plant's zone that is over when the schedule comes due. */
export type SchedulePeriod = (typeof SCHEDULE_PERIODS)[number]

/** Files of a scheduled document. */
const SCHEDULE_FORMATS = ['pdf', 'xlsx', 'csv', 'json', 'zip', 'pact'] as const
export type ScheduleFormat = (typeof SCHEDULE_FORMATS)[number]

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')

const languages = z.array(z.enum(REPORT_LANGUAGES)).min(1).max(3)

/** Settings that came later have no value when absent: what was run is known by all settings of a schedule. */
const schedule = z.strictObject({
  id: id.optional().describe('its name in mails, log and names of files; without one the form of the report'),
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
    .meta({ examples: ['0 6 3 * *', '0 6 * * 1', '30 0 * * *'] })
    .describe('when it is made, five fields of cron in the zone of its first plant'),
  freeze: z.boolean().default(false).describe('freezes it; otherwise a draft is made'),
  by: z.string().min(1).max(64).default('schedule').describe('who freezes it, by name'),
  languages: languages
    .optional()
    .describe('languages of what is rendered: en, zh, both; those of `reports.languages` when absent'),
  figures: z
    .strictObject({
      kpis: z.array(z.string()).min(1).max(100).describe('ids of the KPIs'),
      window: z.enum(WINDOWS).describe('length of the windows, one of which is a row'),
      scope: z.enum(SCOPES).optional().describe('of what: plant when absent'),
    })
    .optional()
    .describe('a table of figures of the period in place of a report'),
  formats: z
    .array(z.enum(SCHEDULE_FORMATS))
    .min(1)
    .max(SCHEDULE_FORMATS.length)
    .optional()
    .describe(
      'files that go out: pdf, xlsx, json, zip (evidence, of a frozen report), pact (a PACT 3 file for each lot of a frozen product-footprint), csv (of figures); pdf when absent, of figures xlsx',
    ),
  folder: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('folder that gets the files, as seen from the data directory; its own files of one name are replaced'),
  mail: z
    .strictObject({
      channel: id.describe('notification channel of type mail, whose server sends them'),
      to: z.array(mailAddress).min(1).max(50).optional().describe('who gets them; those of the channel when absent'),
    })
    .optional()
    .describe('the files by mail'),
  approver: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('who is asked by mail to look at the draft and to freeze it, by name; files go out when somebody has'),
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
  original_max_mib: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(20)
    .describe('largest original of an entry, such as a scanned bill, MiB'),
  originals_max_gib: z
    .number()
    .min(0.01)
    .max(10_000)
    .default(20)
    .describe(
      'disk that all originals together may use, GiB; nothing of them is ever deleted, so more are refused then',
    ),
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
