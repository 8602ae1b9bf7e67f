import { z } from 'zod'
import { NULL_REASONS, type NullReason } from '../reasons.js'

/** Fields that many answers have. */

export const instantField = z.iso.datetime().describe('RFC 3339, UTC')
export const count = z.number().int().min(0)
export const next = z.string().nullable().describe('cursor of the next page, which may turn out empty; null at the end')
export const nullReasons = Object.keys(NULL_REASONS) as NullReason[]
