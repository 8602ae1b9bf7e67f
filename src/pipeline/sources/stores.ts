import type { Stores } from '../../stores/stores.js'
import type { StoreSources } from '../../views/routes/stores.js'
import { storeStatus, storeStatuses } from '../store-status.js'

/** Answers to questions about the stores that readings and points go to. */
export function storeSources(stores: Stores): Omit<StoreSources, 'clock' | 'tryStore'> {
  return {
    stores: () => storeStatuses(stores),
    refused: async (name, page) => stores.find(name)?.refusals.newest(page) ?? null,
    refill: async (name, { fromMs, toMs }) => {
      const delivery = stores.find(name)
      await delivery?.writeAgain(fromMs, toMs)
      return delivery === undefined ? null : storeStatus(delivery, stores.answersHistory === delivery)
    },
  }
}
