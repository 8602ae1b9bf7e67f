import { z } from 'zod'
import { CENTRE_STATES, PROOF_STATES } from '../../base/management-centre.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/centre-functions`. */

const instant = z.iso.datetime()
const localized = z.object({ en: z.string(), zh: z.string() })

const functionProof = wire(
  z
    .object({
      id: z.string().describe('a KPI of the plant, or what else proves it, such as forecasts'),
      need: z.number().int().describe('proofs with the same number stand in for each other: one of them is enough'),
      state: z.enum(PROOF_STATES),
      value: z.number().nullable().describe('newest figure of the day, or how many there are; null where it has none'),
      unit: z.string().describe("'' for counts and shares"),
      at: instant.nullable().describe('end of the window of the value, or when it was made; null before the first'),
      reason: z.string().describe("why the newest day has no figure, as of KPIs and forecasts; '' otherwise"),
    })
    .meta({ id: 'FunctionProof' }),
)
export type FunctionProofItem = z.infer<typeof functionProof>

const centreFunction = wire(
  z
    .object({
      number: z.number().int().describe('1 to 12, in the order of the document'),
      id: z.string(),
      name: localized,
      state: z
        .enum(CENTRE_STATES)
        .describe(
          'in_use: each of its needs is met; partly: some are; stopped: one was met and its data have ended; not_in_use: none is; not_offered: nothing that this version has could meet it',
        ),
      proofs: z.array(functionProof),
    })
    .meta({ id: 'CentreFunction' }),
)
export type CentreFunctionItem = z.infer<typeof centreFunction>

export const centreFunctionsAnswer = wire(
  z.object({
    document: localized.describe('where the twelve functions are named'),
    confidence: z.string().describe('how well that is known: secondary_source, it was read in what quotes it'),
    in_use: z.number().int().describe('how many of the twelve are in use'),
    functions: z.array(centreFunction),
  }),
)
export type CentreFunctionsAnswer = z.infer<typeof centreFunctionsAnswer>
