import { z } from 'zod'
import { REPORT_LANGUAGES } from '../audit/render/language.js'
import { auditJobAnswer } from '../base/wire/audit.js'
import { PARAMETERS } from './parameters.js'
import { problem } from './problem.js'

/** Parameters and bodies that several routes of reports have. */

const LANGUAGES = `a list of ${REPORT_LANGUAGES.join(', ')}`
/** Languages of what is rendered. */
export const languages = z
  .array(z.enum(REPORT_LANGUAGES, LANGUAGES), LANGUAGES)
  .min(1, LANGUAGES)
  .max(3, LANGUAGES)
  .optional()

export const reportParams = z.strictObject({ id: z.string().meta(PARAMETERS.report.meta() ?? {}) })
export const whichVersion = z.strictObject({ version: PARAMETERS.version.optional() })
/** Answers of routes that begin long work. */
export const jobResponse = { 202: auditJobAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem }
