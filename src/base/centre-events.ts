import { z } from 'zod'
import { EVENT_PIECES } from './event-pieces.js'
import { CENTRE_FUNCTION_NAMES, CENTRE_STATES, PROOF_STATES } from './management-centre.js'

/** Functions of a management centre as the gateway found them, when a person put that on record. */

const { word, papers } = EVENT_PIECES
const FUNCTIONS = Object.keys(CENTRE_FUNCTION_NAMES).length

const proof = z.looseObject({
  id: word.describe('a KPI, or what else proves it'),
  state: z.enum(PROOF_STATES),
  at: z.iso.datetime().optional().describe('end of the window of its newest figure, or when it was made'),
})

export const CENTRE_EVENT_FIELDS = {
  centre_look: z
    .looseObject({
      in_use: z.number().int().min(0).max(FUNCTIONS).describe('how many functions are in use'),
      functions: z
        .array(
          z.looseObject({
            id: word.describe('the function'),
            state: z.enum(CENTRE_STATES),
            proofs: z.array(proof).max(8).describe('what proves it, or is missing: one of each need'),
          }),
        )
        .max(FUNCTIONS)
        .describe('the functions in the order of the document'),
      ...papers,
    })
    .describe(
      'functions of a management centre as the gateway found them: put on record by a person who asks for it, in no other way',
    ),
} as const
