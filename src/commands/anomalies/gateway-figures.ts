import type { FigurePages } from '../../insight/anomalies/plant-figures.js'
import type { GatewayApi } from '../client/call-gateway.js'
import { storedPages } from '../client/stored-points.js'

/** Figures as the API of a gateway gives them. */
export function gatewayFigures(api: GatewayApi): FigurePages {
  return async function* (name, { fromMs, toMs }) {
    const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
    for await (const points of storedPages(api, name, from!, to!)) {
      const figures = points.map(({ start, estimated_share, ...figure }) => ({
        ...figure,
        startMs: Date.parse(start),
        estimatedShare: estimated_share,
      }))
      yield { unit: points[0]?.unit ?? '', figures }
    }
  }
}
