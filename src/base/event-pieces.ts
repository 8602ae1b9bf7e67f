import { z } from 'zod'

const document = z
  .string()
  .min(1)
  .max(200)
  .describe('number or name of the paper it stands on; a person who enters it has to name one')
const word = z.string().min(1).max(64)

/** Fields for what a person who says it has to answer for; a device names nobody but itself, and sends no approval. */
const papers = {
  author: word.optional().describe('who says so; a device names nobody but itself'),
  document: document.optional(),
  document_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('SHA-256 of the scanned paper, hex'),
  approved_by: word.optional().describe('the second pair of eyes, where the plant asks for it; of people alone'),
}

/** Pieces that the fields of several types of events are made of. */
export const EVENT_PIECES = {
  amount: z.number().positive().max(1e12),
  word,
  text: z.string().max(2000),
  document,
  papers,
}
