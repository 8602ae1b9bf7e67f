import type { FastifyRequest } from 'fastify'
import type { HttpDrops } from '../connections.js'
import type { FeedCounts } from '../feed/feed.js'
import { metricsPage } from '../metrics.js'
import type { Server } from '../server.js'
import type { GatewayState } from '../sources/gateway.js'

/** @param mayScrape whether a request shows that it comes from monitoring */
export function metricsRoute(
  server: Server,
  sources: Pick<GatewayState, 'version' | 'measures'>,
  counts: { readonly feed: () => FeedCounts; readonly drops: () => HttpDrops },
  mayScrape: (request: FastifyRequest) => boolean,
): void {
  const page = metricsPage(sources, counts.feed, counts.drops)
  server.get(
    '/metrics',
    {
      config: { right: 'view', alsoFor: mayScrape },
      schema: {
        tags: ['health'],
        summary:
          'Figures of the gateway itself, as Prometheus text; also from this machine, and for the token of http.metrics_token_file',
      },
    },
    async (_request, reply) => {
      const { contentType, text } = await page()
      return reply.type(contentType).send(text)
    },
  )
}
