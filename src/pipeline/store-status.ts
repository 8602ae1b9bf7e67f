import type { StoreStatus } from '../base/wire.js'
import type { Delivery } from '../stores/delivery.js'
import type { Stores } from '../stores/stores.js'

/** Every store and how it stands; the embedded one has everything by its nature. */
export function storeStatuses({ deliveries, answersHistory }: Stores): readonly StoreStatus[] {
  const embedded: StoreStatus = {
    name: 'duckdb',
    type: 'duckdb',
    answers_history: answersHistory === null,
    state: 'current',
    reason: '',
    pending: { readings: 0, kpis: 0, provisional: 0 },
    refused: { readings: 0, kpis: 0 },
    refill: null,
  }
  return [embedded, ...deliveries.map((delivery) => storeStatus(delivery, answersHistory === delivery))]
}

export function storeStatus(delivery: Delivery, answersHistory: boolean): StoreStatus {
  const { store, trouble, pending, refill, refusals } = delivery
  return {
    name: store.name,
    type: store.type,
    answers_history: answersHistory,
    state: trouble !== '' ? 'waiting' : delivery.isCurrent ? 'current' : 'behind',
    reason: trouble,
    pending: {
      readings: pending.readings,
      kpis: pending.finalPoints,
      provisional: pending.provisionalPoints,
    },
    refused: { readings: refusals.counts.readings, kpis: refusals.counts.finalPoints },
    refill:
      refill === null
        ? null
        : {
            from: new Date(refill.fromMs).toISOString(),
            to: new Date(refill.toMs).toISOString(),
            readings: refill.readings,
            kpis: refill.points,
            done: refill.isDone,
          },
  }
}
