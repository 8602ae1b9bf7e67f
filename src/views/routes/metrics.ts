import type { FastifyRequest } from 'fastify'
import type { FeedCounts } from '../feed/feed.js'
import { metricsPage } from '../metrics.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'

/** @param mayScrape whether a request shows that it comes from monitoring */
export function metricsRoute(
  server: Server,
  sources: Pick<ViewSources, 'version' | 'measures'>,
  feedCounts: () => FeedCounts,
  mayScrape: (request: FastifyRequest) => boolean,
): void {
  const page = metricsPage(sources, feedCounts)
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
    async (_request, reply) => reply.type(page.contentType).send(await page.text()),
  )
}
