import { z } from 'zod'
import type { AuthorityLogAnswer, AuthorityStatus } from '../../base/wire/authorities.js'
import { authoritiesAnswer, authorityLogAnswer } from '../../base/wire/authorities.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'

const tags = ['authorities']
const params = z.object({ plant: z.string(), id: z.string().describe('the id of an authority') })
const LOG_LINES_MAX = 1000
const querystring = z.object({
  of: z
    .enum(['data', 'real_time'])
    .default('data')
    .describe('data of minutes, hours and days, or real-time data, which are many'),
  limit: z.coerce.number().int().min(1).max(LOG_LINES_MAX).default(100),
})

export interface AuthoritySources {
  /** Whom stacks report to by HJ 212, and how that stands. */
  authorities(): readonly AuthorityStatus[]
  /** Newest events of an authority, of real-time data or of all else; null when there is no such authority. */
  authorityLog(plant: string, id: string, of: 'kept' | 'realTime', limit: number): Promise<AuthorityLogAnswer | null>
}

/** Routes that tell what authorities were told by HJ 212, and what they answered. */
export function authorityRoutes(server: Server, sources: AuthoritySources): void {
  server.get(
    '/api/v1/authorities',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Authorities that stacks report to by HJ 212, how each stands, and what it has not answered',
        response: { 200: authoritiesAnswer },
      },
    },
    () => ({ authorities: sources.authorities() }),
  )
  server.get(
    '/api/v1/plants/:plant/authorities/:id/log',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'What was sent when with which answer, newest first',
        params,
        querystring,
        response: { 200: authorityLogAnswer, 404: problem },
      },
    },
    async ({ params: { plant, id }, query: { of, limit } }) => {
      const answer = await sources.authorityLog(plant, id, of === 'data' ? 'kept' : 'realTime', limit)
      if (answer !== null) return answer
      throw notFound(`Plant ${plant} has no authority ${id}: GET /api/v1/authorities lists them all.`)
    },
  )
}
