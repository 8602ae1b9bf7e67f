import { z } from 'zod'
import { CERTIFICATE_STATES, CONFLICT_REASONS } from '../../base/energy-certificates.js'
import { count, instantField } from '../../base/wire/fields.js'
import { wire } from './wire.js'

/** `GET /api/v1/certificates`. */

const month = z.string().describe('such as 2026-10')

const range = z.object({
  issuer: z.string(),
  first: z.string().describe('first number of the range'),
  last: z.string().describe('last number, itself included'),
})

const certificateLot = wire(
  range
    .extend({
      plant: z.string(),
      entry: z.string().describe('the entry of the plant that said it last'),
      count,
      mwh: z.number(),
      generated: month.describe('month of generation'),
      technology: z.string(),
      state: z.enum(CERTIFICATE_STATES),
      used_for: month.nullable().describe('month of consumption that they are retired for; null while they are not'),
      proposed: z.boolean().describe('it waits for a second pair of eyes; nobody else can claim them meanwhile'),
      author: z.string(),
      document: z.string().nullable(),
      at: instantField.describe('when it was put on record'),
    })
    .meta({ id: 'CertificateLot' }),
)
/** Certificates of green electricity that one entry speaks of, and what holds for all of them. */
export type CertificateLotItem = z.infer<typeof certificateLot>

const certificateConflict = wire(
  range
    .extend({
      plant: z.string().describe('where they were claimed once more'),
      entry: z.string(),
      reason: z
        .enum(CONFLICT_REASONS)
        .describe(
          'other_plant: another plant has them; other_facts: month, technology or MWh were others; said_before: nothing new, or a step back; contract_of_other_plant: a contract in the configuration of another plant names them',
        ),
      claimed_by: z.object({
        plant: z.string(),
        entry: z.string().nullable().describe('null where a contract has them'),
        contract: z.string().nullable().describe('null where an entry has them'),
      }),
    })
    .meta({ id: 'CertificateConflict' }),
)
export type CertificateConflictItem = z.infer<typeof certificateConflict>

const retiredMonth = z.object({
  plant: z.string(),
  month: month.describe('month of consumption'),
  mwh: z.number().describe('what was retired for it and approved'),
})

export const certificatesAnswer = wire(
  z.object({
    lots: z.array(certificateLot).describe('in order of issuer and number, without overlap'),
    retired: z.array(retiredMonth).describe('in order of plant and month'),
    conflicts: z.array(certificateConflict).describe('claims on record that do not hold, oldest first'),
  }),
)
export type CertificatesAnswer = z.infer<typeof certificatesAnswer>
