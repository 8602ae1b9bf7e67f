import type { FeedCounts } from '../feed/feed.js'
import { metricsPage } from '../metrics.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'

export function metricsRoute(
  server: Server,
  sources: Pick<ViewSources, 'version' | 'measures'>,
  feedCounts: () => FeedCounts,
): void {
  const page = metricsPage(sources, feedCounts)
  server.get(
    '/metrics',
    { schema: { tags: ['health'], summary: 'Figures of the gateway itself, as Prometheus text' } },
    async (_request, reply) => reply.type(page.contentType).send(await page.text()),
  )
}
